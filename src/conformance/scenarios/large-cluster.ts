import type { Scenario } from '../run/scenario.js';
import { baseCluster } from './common/base-cluster.js';
import { pod } from './common/kube-objects.js';
import { signArrives } from './common/sign.js';

const size = 5_000;
const rule = 'snapshot/complete';
const added = 'change/added-appears';

export const largeCluster: Scenario = {
  name: 'large-cluster',
  title: `The cluster has ${size} objects, and one more comes.`,
  profile: 'full',
  judges: [rule, added],
  // Packing a whole cluster for the first time may well take some intervals.
  excused: ['request/heartbeat-within-24h'],
  setting: { objects: largeObjects },
  async play(stage) {
    await stage.ready();
    stage.judge(rule).passed();
    const arrived = await signArrives(stage, 1);
    stage.judge(added).that(arrived, () => ({
      request: stage.server.calls().at(-1)?.seq ?? 0,
      found: 'no upload of a new Pod',
      expected: `an upload that holds it within ${stage.allowanceMs / 1000} s`,
      message: `A new Pod of a cluster of ${size} objects comes too late: keep what is packed already, and pack only what has changed.`,
    }));
  },
};

function largeObjects() {
  const base = baseCluster();
  const owner = base.find(({ kind }) => kind === 'DaemonSet');
  if (owner === undefined) return base;
  const more = Array.from({ length: size - base.length }, (_, at) => {
    const made = pod({ name: `logger-${at.toString(36).padStart(5, '0')}`, owner, number: 1, node: 1 + (at % 2) });
    const podIP = `10.244.${10 + (at >> 8)}.${at & 255}`;
    return { ...made, status: { ...(made.status as object), podIP, podIPs: [{ ip: podIP }] } };
  });
  return [...base, ...more];
}
