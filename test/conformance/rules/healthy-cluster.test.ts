import { expect, test } from 'vitest';
import { makeCluster, typedObjects } from '../../../fixtures/cluster/index.js';
import { upload } from '../../../src/conformance/rules/common/example-upload.js';
import { compats } from '../../../src/kube/compat.js';
import { failedRules, judgeUpload } from './common/judge-upload.js';

/** What an agent that sends whole objects is told; everything else in a real cluster is as it should be. */
const untrimmed = ['cost/trimmed', 'hazard/no-generate-name', 'privacy/no-configmap-data', 'privacy/no-container-env'];

test.each(
  compats.flatMap((compat) =>
    [1, 2, 3].flatMap((seed) =>
      [12, 300].map((pods) => [compat, seed, pods, pods === 300 && compat !== 'doc'] as const),
    ),
  ),
)('whole objects of a healthy cluster break no other rule (%s, seed %i, %i Pods, OpenShift: %s)', (...options) => {
  const [compat, seed, pods, openshift] = options;
  const entries = [...typedObjects(makeCluster({ seed, pods, compat, openshift }))].map(({ type, object }) => ({
    type,
    object,
  }));
  const failed = judgeUpload(upload({ entries }), compat);
  expect(failedRules(failed).filter((id) => !untrimmed.includes(id))).toEqual([]);
});
