import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allBehaviours } from './behaviour/all-behaviours.js';
import { type StartedApi, startApi } from './started-api.js';

describe.each(['numeric', 'opaque'] as const)('the embedded API with %s versions', (resourceVersions) => {
  let started: StartedApi;
  let names = 0;
  beforeAll(async () => {
    started = await startApi({
      resourceVersions,
      groups: ['networking.k8s.io/v1', 'networking.k8s.io/v1beta1', 'extensions/v1beta1'],
    });
  });
  afterAll(() => started.stop());

  for (const [group, behaviours] of Object.entries(allBehaviours)) {
    describe(group, () => {
      for (const { name, numbered = false, run } of behaviours) {
        if (numbered && resourceVersions === 'opaque') continue;
        test(name, async () => {
          names += 1;
          const namespace = `test-${names}`;
          const made = await started.api.post('/api/v1/namespaces', {
            apiVersion: 'v1',
            kind: 'Namespace',
            metadata: { name: namespace },
          });
          expect(made.status).toBe(201);
          await run({ api: started.api, namespace, unique: `unique-${names}` });
        });
      }
    });
  }
});
