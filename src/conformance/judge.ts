import type { CallRecord, HeldRecord, JournalRecord, JudgedRecord, StartRecord } from '../journal/record.js';
import type { ArrivingMessage } from '../server/arriving-message.js';
import type { CallOutcome } from '../server/model/call-outcome.js';
import { createServerModel, type ServerModel } from '../server/model/server-model.js';
import { memoryKey } from '../server/model/server-state.js';
import { scanSyncRequest } from '../wire/wire-format.js';
import { createAgentCallReader } from './agent-call-reading.js';
import type { Admission, Analyst, Upload, UploadReport } from './analyst.js';
import { AnalystFault } from './analyst-fault.js';
import { buildVerdict } from './build-verdict.js';
import { readCall, withReport } from './call-reading.js';
import { createInOrder } from './in-order.js';
import { digestOf } from './message-digest.js';
import type { JudgeContext, Rule, TrafficRule } from './rule.js';
import { levelOf } from './rule-level.js';
import { createTallyCollector, type TallyCollector } from './tally.js';
import type { TrafficCall } from './traffic.js';
import { createTrafficJudging } from './traffic-judging.js';
import { createUploadEvidence } from './upload-evidence.js';
import type { ClusterSummary, Verdict } from './verdict.js';

/** Judges the calls of a run by what the server wrote down of them. The same records give the same verdict. */
export interface Judge {
  /** To be given each record once, in the order of the journal. Uploads are analysed behind it. */
  observe(record: JournalRecord): void;
  /** Something of Plumbline itself went wrong: the verdict says so, and a run with it is none. */
  addFault(fault: string): void;
  /** Waits until an upload of this size may be observed; see `Analyst.admit`. */
  admit(bytes: number): Promise<Admission>;
  /** An upload is on its way: what is there of it may be read already. Its call is observed whatever becomes of it. */
  foresee(message: ArrivingMessage): void;
  /** Resolves when everything observed so far has been analysed. */
  settled(): Promise<void>;
  /**
   * The verdict on everything observed so far.
   *
   * @param options.until Unix time, ms, of the end of observation; default: when the server stopped, else the end of the last call, which gives a
   *   journal the same verdict as the run that it was written in
   */
  verdict(options?: { until?: number }): Promise<Verdict>;
  /** Rises with whatever may make the verdict another one: as long as it is the same, so is the verdict. */
  revision(): number;
}

export interface JudgeOptions extends JudgeContext {
  /** In the order of the catalogue. */
  readonly rules: readonly Rule[];
  /** Judges entries and snapshots by the same rules in the same context. */
  readonly analyst: Analyst;
  /** An upload that the server keeps was analysed. */
  readonly onStored?: (clusterId: string) => void;
  /** Calls held for rules over many calls: this many to twice as many. */
  readonly keepCalls?: number;
}

const maxFaults = 100;
const maxClusters = 64;
/** So much of a request is looked at for what stands before its entries. */
const headBytes = 4096;

/** An observed call, once all is known of it. */
interface Settled {
  readonly call: TrafficCall;
  readonly report: UploadReport | null;
  readonly faults: readonly string[];
  readonly firstAfterRestart: boolean;
}

export function createJudge(options: JudgeOptions): Judge {
  const { analyst, keepCalls = 20_000, compat, excused = [] } = options;
  const rules = options.rules.filter(({ id }) => !excused.includes(id));
  const faults = new Set<string>();
  let revision = 0;
  const addFault = (fault: string): void => {
    if (faults.size >= maxFaults || faults.has(fault)) return;
    faults.add(fault);
    revision += 1;
  };
  const uploads = createUploadEvidence(rules);
  const agentCalls = createAgentCallReader();
  const traffic = createTrafficJudging({
    rules: rules.filter((rule): rule is TrafficRule => rule.scope === 'traffic' && levelOf(rule, compat) !== null),
    context: options,
    maxMessage: () => start?.maxMessage ?? 0,
    openPushes: agentCalls.openPushes,
    keep: keepCalls,
    onFault: (ruleId, thrown) => addFault(`rule ${ruleId} broke: ${thrown instanceof Error ? thrown.stack : thrown}`),
  });
  const scenarioTallies = new Map<string, TallyCollector>();
  const counts = { calls: 0, uploads: 0 };
  let start: StartRecord | null = null;
  let model: ServerModel | null = null;
  let restarted = false;
  let startedAt: number | null = null;
  let lastEnd = 0;
  let jumped = 0;

  /** Null: nothing that is judged. */
  const inOrder = createInOrder<Settled | null>((settled) => {
    if (settled === null) return;
    const { call, report, faults: found, firstAfterRestart } = settled;
    if (firstAfterRestart) traffic.restarted();
    traffic.add(call);
    if (report !== null) uploads.add(report);
    for (const fault of found) addFault(fault);
  });

  const begin = (record: StartRecord): void => {
    startedAt ??= record.time;
    if (start !== null) {
      restarted = true;
      analyst.forget().catch((thrown: unknown) => addFault(AnalystFault.from(thrown, 'a restart').message));
    }
    start = record;
    model = createServerModel(record, record.saved);
  };

  const take = (record: CallRecord): void => {
    model ??= createServerModel({ compat, clusters: [], strictPackages: false });
    startedAt ??= record.time;
    lastEnd = Math.max(lastEnd, record.time + record.duration);
    counts.calls += 1;
    const firstAfterRestart = restarted;
    restarted = false;
    const outcome = model.apply(record);
    const settle = (call: TrafficCall, report: UploadReport | null, found: readonly string[]): Settled => {
      return { call, report, faults: found, firstAfterRestart };
    };
    const upload = uploadOf(record, outcome, model);
    if (upload !== null) {
      if (outcome.sync !== null && outcome.sync.scan.entryCount > 0) counts.uploads += 1;
      const call = readCall(record, outcome, '');
      inOrder.push(
        analyst.analyse(upload).then(
          (report) => {
            if (report.stored) options.onStored?.(report.clusterId);
            return settle(withReport(call, report), report, report.faults);
          },
          (thrown) => settle(call, null, [AnalystFault.from(thrown, `analysing call ${record.seq}`).message]),
        ),
      );
    } else {
      analyst.abandon(record.seq);
      const call = readCall(record, outcome, digestOf(record.request), agentCalls.read(record));
      inOrder.push(settle(call, null, []));
    }
  };

  /** What the server knew before is looked at, but it is no call of this run: nothing is judged by it. */
  const hold = ({ seq, time, request: bytes }: HeldRecord): void => {
    const { clusterId: named, version, errorMsg } = scanSyncRequest(bytes);
    const clusterId = memoryKey(named);
    const registered = model?.cluster(clusterId, time)?.registered ?? false;
    const upload: Upload = { seq, time, clusterId, version, errorMsg, registered, stored: true, bytes };
    inOrder.push(
      analyst.analyse(upload).then(
        () => {
          options.onStored?.(clusterId);
          return null;
        },
        (thrown) => {
          addFault(AnalystFault.from(thrown, `analysing what was stored before, by call ${seq}`).message);
          return null;
        },
      ),
    );
  };

  const note = ({ rule, judgement }: JudgedRecord): void => {
    const collector = scenarioTallies.get(rule) ?? createTallyCollector(rule);
    scenarioTallies.set(rule, collector);
    collector.add(judgement, 0);
  };

  /** What the server holds at the end, of the clusters that anything was stored of. */
  const clusterSummaries = async (time: number): Promise<ClusterSummary[]> => {
    const summaries: ClusterSummary[] = [];
    const held = (model?.clusters(time) ?? []).filter(({ stored }) => stored !== null);
    for (const { clusterId, registered, stored } of held.slice(-maxClusters)) {
      if (stored === null) continue;
      try {
        const { version, errorMsg } = stored;
        const summary = await analyst.summary(clusterId, { compat, version, errorMsg, registered });
        const { state, reason, counts: shownCounts, objects, shown, hazards } = summary;
        summaries.push({
          clusterId,
          version: String(version),
          state,
          reason,
          counts: shownCounts,
          objects,
          shown,
          hazards,
        });
      } catch (thrown) {
        addFault(AnalystFault.from(thrown, `the inventory of cluster '${clusterId}'`).message);
      }
    }
    return summaries;
  };

  const judge: Judge = {
    observe(record) {
      revision += 1;
      switch (record.kind) {
        case 'start':
          begin(record);
          break;
        case 'call':
          take(record);
          break;
        case 'held':
          hold(record);
          break;
        case 'stream':
          agentCalls.opened(record);
          break;
        case 'message':
          agentCalls.message(record);
          break;
        case 'stop':
          lastEnd = Math.max(lastEnd, record.time);
          break;
        case 'change':
          model?.change(record.change, record.time);
          break;
        case 'kubernetes':
          analyst.truth({ kind: 'changes', changes: record.changes });
          break;
        case 'sight':
          analyst.truth(record);
          break;
        case 'judged':
          note(record);
          break;
        case 'fault':
          traffic.addFault({ time: record.time, clockJump: record.clockJump ?? 0 });
          jumped += record.clockJump ?? 0;
          break;
      }
    },
    addFault,
    admit: (bytes) => analyst.admit(bytes),
    foresee({ seq, bytes, there }) {
      // Senders write the fields in the order of their numbers, so the id comes before the entries.
      const { clusterId } = scanSyncRequest(bytes.subarray(0, Math.min(there, headBytes)));
      if (clusterId !== '') analyst.foresee({ seq, clusterId: memoryKey(clusterId), bytes }, there);
    },
    settled: () => inOrder.drained(),
    async verdict({ until } = {}) {
      await inOrder.drained();
      const end = until ?? lastEnd;
      const clusters = await clusterSummaries(end);
      const tallies = new Map(uploads.tallies());
      for (const tally of await traffic.tallies(end)) tallies.set(tally.id, tally);
      for (const [id, collector] of scenarioTallies) {
        const both = createTallyCollector(id);
        both.addTally(collector.tally());
        const passive = tallies.get(id);
        if (passive !== undefined) both.addTally(passive);
        tallies.set(id, both.tally());
      }
      return buildVerdict({
        compat,
        rules: options.rules,
        tallies,
        judgedUploads: uploads.judgedUploads(),
        ...counts,
        clusters,
        faults: [...faults],
        times: { startedAt: startedAt ?? end, durationMs: Math.max(0, end - (startedAt ?? end) - jumped) },
      });
    },
    revision: () => revision,
  };
  return judge;
}

/** Null where the analyst has nothing to do: no entries, and none held before that are gone now. */
function uploadOf(record: CallRecord, { sync }: CallOutcome, model: ServerModel): Upload | null {
  if (sync === null || sync.effect === 'none') return null;
  const { scan, effect } = sync;
  if (scan.entryCount === 0 && effect !== 'stored') return null;
  const { seq, time, request: bytes } = record;
  const { version, errorMsg } = scan;
  const clusterId = memoryKey(scan.clusterId);
  const registered = model.cluster(scan.clusterId, time)?.registered ?? false;
  return { seq, time, clusterId, version, errorMsg, registered, stored: effect === 'stored', bytes };
}
