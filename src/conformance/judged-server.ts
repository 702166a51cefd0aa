import type { JudgingFacts, StartRecord } from '../journal/record.js';
import type { ClusterView, Views } from '../server/admin/views.js';
import type { Clock } from '../server/clock.js';
import {
  type CloseOptions,
  createFakeServer,
  type FakeServerOptions,
  type RunningServer,
} from '../server/fake-server.js';
import { selfCheckFaultText } from '../server/self-check/self-check.js';
import type { Analyst, InventoryView } from './analyst.js';
import { withEvidence } from './evidence/with-evidence.js';
import { createJudge, type Judge } from './judge.js';
import { createPlatformFeed, type PlatformFeed } from './platform-feed.js';
import type { Rule } from './rule.js';
import { createThreadedAnalyst } from './threaded-analyst.js';
import type { Verdict } from './verdict.js';

export interface JudgedServerOptions
  extends Omit<FakeServerOptions, 'listeners' | 'admit' | 'foresee' | 'views' | 'selfCheck'>,
    JudgingFacts {
  /** Has the server hold its own answers against what agents demand; what it breaks is a fault of the run. Default: false. */
  readonly selfCheck?: boolean;
  readonly rules: readonly Rule[];
  /** Judges by the same rules in the same context, and is left open; default: one that ends with the server. */
  readonly analyst?: Analyst;
}

/** A fake deepflow-server whose every call is judged. */
export interface JudgedServer {
  readonly server: RunningServer;
  readonly judge: Judge;
  readonly analyst: Analyst;
  /** Stops the server, judges what came last, and gives the verdict on all of it. */
  close(options: CloseOptions): Promise<Verdict>;
}

/** @throws as `createFakeServer` */
export async function startJudgedServer(options: JudgedServerOptions): Promise<JudgedServer> {
  const { rules } = options;
  const judging = judgingFacts(options);
  const context = { compat: options.compat, ...judging };
  const analyst = options.analyst ?? createThreadedAnalyst({ context, rules });
  const closeAnalyst = () => (options.analyst === undefined ? analyst.close() : Promise.resolve());
  let feed: PlatformFeed | null = null;
  const judge = createJudge({ ...context, rules, analyst, onStored: (clusterId) => feed?.stored(clusterId) });
  const { selfCheck = false, ...serverOptions } = options;
  const server = await createFakeServer({
    ...serverOptions,
    judging,
    ...(selfCheck ? { selfCheck: (fault) => judge.addFault(selfCheckFaultText(fault)) } : {}),
    listeners: [(record) => judge.observe(record)],
    admit: judge.admit,
    foresee: judge.foresee,
    views: ({ model, clock }) => judgedViews({ model, clock, judge, analyst, compat: options.compat }),
  }).catch(async (thrown: unknown) => {
    await closeAnalyst();
    throw thrown;
  });
  feed = createPlatformFeed({ analyst, server, onProblem: options.onProblem ?? (() => {}) });
  // What was stored before may have been analysed before the feed was there.
  for (const clusterId of server.heldBefore) feed.stored(clusterId);
  return {
    server,
    judge,
    analyst,
    close: async (how) => {
      await feed?.idle();
      feed = null;
      await server.close(how);
      const verdict = await judge.verdict();
      await closeAnalyst();
      return withEvidence(verdict, (seq) => {
        const known = server.recent.get(seq);
        return known === null || known.bodiesDropped ? null : known.call;
      });
    },
  };
}

function judgingFacts(options: JudgingFacts): JudgingFacts {
  const { clusterRegistered, configuredClusterId, allowanceMs, resources, namespace, scenario, untilStop, excused } =
    options;
  return {
    clusterRegistered,
    ...(configuredClusterId === undefined ? {} : { configuredClusterId }),
    ...(allowanceMs === undefined ? {} : { allowanceMs }),
    ...(resources === undefined ? {} : { resources }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(scenario === undefined ? {} : { scenario }),
    ...(untilStop === undefined ? {} : { untilStop }),
    ...(excused === undefined ? {} : { excused }),
  };
}

interface ViewParts {
  readonly model: RunningServer['model'];
  readonly clock: Clock;
  readonly judge: Judge;
  readonly analyst: Analyst;
  readonly compat: StartRecord['compat'];
}

function judgedViews({ model, clock, judge, analyst, compat }: ViewParts): Views {
  const clusters = () => model.clusters(clock.now());
  const viewOf = (clusterId: string): InventoryView | null => {
    const held = clusters().find((cluster) => cluster.clusterId === clusterId);
    if (held === undefined || held.stored === null) return null;
    return { compat, version: held.stored.version, errorMsg: held.stored.errorMsg, registered: held.registered };
  };
  const verdictJson = async (): Promise<Uint8Array> => Buffer.from(JSON.stringify(await judge.verdict()));
  /** An open page asks each second. */
  let kept: { readonly revision: number; readonly json: Promise<Uint8Array> } | null = null;
  return {
    clusters: async () => {
      await judge.settled();
      return Promise.all(
        clusters().map(async ({ clusterId, registered, stored }): Promise<ClusterView> => {
          const view = viewOf(clusterId);
          const summary = view === null ? null : await analyst.summary(clusterId, view);
          return {
            clusterId,
            registered,
            version: stored === null ? null : String(stored.version),
            updated: stored?.time ?? null,
            errorMsg: stored?.errorMsg ?? '',
            state: summary?.state ?? 'empty',
            reason: summary?.reason ?? 'The server holds no snapshot of this cluster.',
            failure: summary?.failures[0] ?? null,
            counts: summary?.counts ?? null,
          };
        }),
      );
    },
    inventoryJson: async (clusterId) => {
      await judge.settled();
      const view = viewOf(clusterId);
      return view === null ? null : analyst.inventory(clusterId, view);
    },
    differenceJson: async (clusterId) => {
      await judge.settled();
      const view = viewOf(clusterId);
      return view === null ? null : analyst.difference(clusterId, view);
    },
    snapshotJson: async (clusterId) => {
      await judge.settled();
      return analyst.snapshotJson(clusterId);
    },
    verdictJson: () => {
      const revision = judge.revision();
      if (kept?.revision !== revision) kept = { revision, json: verdictJson() };
      return kept.json;
    },
  };
}
