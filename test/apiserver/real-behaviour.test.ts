import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../src/conformance/run/targets/control-plane.js';
import { assetsOrReason } from '../conformance/run/targets/assets-or-reason.js';
import { type ApiClient, createApiClient } from './api-client.js';
import { allBehaviours } from './behaviour/all-behaviours.js';

const assets = assetsOrReason();
const skipped = typeof assets === 'string' ? `; skipped: ${assets}` : '';

describe.skipIf(typeof assets === 'string')(`a real kube-apiserver${skipped}`, () => {
  let directory: string;
  let plane: ControlPlane;
  let api: ApiClient;
  let minor = 0;
  let names = 0;

  beforeAll(async () => {
    if (typeof assets === 'string') return;
    directory = await mkdtemp(join(tmpdir(), 'plumbline-real-'));
    plane = await startControlPlane({ assets, directory });
    api = createApiClient({ url: plane.url, token: plane.token, ca: plane.ca });
    const version = (await api.get('/version')).json;
    minor = Number.parseInt(version.minor, 10);
    process.stdout.write(`kube-apiserver ${version.gitVersion}\n`);
  }, 150_000);
  afterAll(async () => {
    await plane?.close();
    await rm(directory, { recursive: true, force: true });
  });

  for (const [group, behaviours] of Object.entries(allBehaviours)) {
    describe(group, () => {
      for (const { name, since, until = Number.POSITIVE_INFINITY, gate, run } of behaviours) {
        test(name, async (context) => {
          if (minor < since) context.skip(`Kubernetes 1.${minor} does not do this yet: 1.${since} is the first`);
          if (minor > until) context.skip(`Kubernetes 1.${minor} does not do this any more: 1.${until} was the last`);
          if (gate !== undefined) context.skip(`it needs ${gate}, which this control plane does not have`);
          names += 1;
          const namespace = `test-${names}`;
          const metadata = { name: namespace };
          const made = await api.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata });
          expect(made.status).toBe(201);
          await run({ api, namespace, unique: `unique-${names}` });
        });
      }
    });
  }
});
