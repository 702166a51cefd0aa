import { type AnalystCoreOptions, createAnalystCore } from './analysis/analyst-core.js';
import type { Analyst } from './analyst.js';
import { AnalystFault } from './analyst-fault.js';

/** An analyst in the calling thread, which it blocks: for tests, examples and judging offline. */
export function createInThreadAnalyst(options: AnalystCoreOptions): Analyst {
  const core = createAnalystCore(options);
  const settle = async <Result>(doing: string, work: () => Result): Promise<Result> => {
    try {
      return work();
    } catch (thrown) {
      throw AnalystFault.from(thrown, doing);
    }
  };
  return {
    admit: async () => ({ release() {} }),
    foresee() {},
    abandon() {},
    analyse: (upload) => settle(`analysing call ${upload.seq}`, () => core.analyse(upload)),
    summary: (clusterId, view) => settle('the inventory', () => core.summary(clusterId, view)),
    inventory: (clusterId, view) => settle('the inventory', () => core.inventory(clusterId, view)),
    difference: (clusterId, view) => settle('the difference', () => core.difference(clusterId, view)),
    snapshotJson: (clusterId) => settle('writing the snapshot', () => core.snapshotJson(clusterId)),
    facts: (clusterId, view, upload) => settle('listing nodes and Pods', () => core.facts(clusterId, view, upload)),
    truth: (order) => core.truth(order),
    standing: (clusterId, question) => settle('the comparison', () => core.standing(clusterId, question)),
    forget: () => settle('forgetting', () => core.forget()),
    close: async () => {},
  };
}
