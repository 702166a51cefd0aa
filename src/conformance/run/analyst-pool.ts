import type { Analyst } from '../analyst.js';
import type { JudgeContext, Rule } from '../rule.js';
import { createThreadedAnalyst } from '../threaded-analyst.js';

/** Analysts that scenarios use one after another: starting a thread costs more than most scenarios. */
export interface AnalystPool {
  /** One that knows nothing yet. */
  take(context: JudgeContext): Promise<Analyst>;
  /** Once it is not used any more. */
  giveBack(context: JudgeContext, analyst: Analyst): void;
  close(): Promise<void>;
}

export function createAnalystPool(rules: readonly Rule[]): AnalystPool {
  const free = new Map<string, Analyst[]>();
  const all = new Set<Analyst>();
  const closing: Promise<void>[] = [];
  return {
    async take(context) {
      const analyst = free.get(keyOf(context))?.pop();
      if (analyst === undefined) {
        const made = createThreadedAnalyst({ context, rules, threads: 1 });
        all.add(made);
        return made;
      }
      analyst.truth({ kind: 'reset' });
      await analyst.forget();
      return analyst;
    },
    giveBack(context, analyst) {
      // No other scenario has its namespace.
      if (context.namespace !== undefined && all.delete(analyst)) {
        closing.push(analyst.close());
        return;
      }
      const key = keyOf(context);
      free.set(key, [...(free.get(key) ?? []), analyst]);
    },
    async close() {
      await Promise.all([...closing, ...[...all].map((analyst) => analyst.close())]);
    },
  };
}

/** What rules on entries and snapshots may look at; scenario and excuses are the judge's. */
function keyOf(context: JudgeContext): string {
  const { compat, configuredClusterId, clusterRegistered, allowanceMs, resources, namespace } = context;
  return JSON.stringify([compat, configuredClusterId, clusterRegistered, allowanceMs, resources, namespace]);
}
