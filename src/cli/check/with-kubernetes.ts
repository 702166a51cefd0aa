import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeFault } from '../../apiserver/faults/fault-plan.js';
import { openEmbeddedTarget } from '../../conformance/run/open-embedded-target.js';
import { baseCluster } from '../../conformance/scenarios/common/base-cluster.js';
import { systemClock } from '../../server/clock.js';

export interface KubernetesOptions {
  readonly seed: number;
  /** From its first request on. */
  readonly faults: readonly KubeFault[];
  /** Told each time that one strikes. */
  readonly onFault: (fault: { readonly id: string; readonly text: string }) => void;
}

/** An embedded Kubernetes API with a small cluster, for an agent that somebody else starts; gone when it resolves. */
export async function withKubernetes<Result>(
  { seed, faults, onFault }: KubernetesOptions,
  use: (kubeconfig: string) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'plumbline-kubernetes-'));
  try {
    const target = await openEmbeddedTarget({ directory, clock: systemClock, seed, objects: baseCluster() });
    try {
      target.faults?.onFault(onFault);
      for (const fault of faults) target.faults?.add(fault);
      return await use(target.kubeconfig);
    } finally {
      await target.close();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
