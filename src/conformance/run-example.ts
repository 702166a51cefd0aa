import { status } from '@grpc/grpc-js';
import type { CallRecord, JournalRecord, StartRecord } from '../journal/record.js';
import { type Compat, compatTraits } from '../kube/compat.js';
import { isClusterId } from '../server/model/cluster-id.js';
import { createServerModel, type ServerModel } from '../server/model/server-model.js';
import { encodeEntry } from '../wire/entry-codec.js';
import { messageType } from '../wire/protos.js';
import { createInThreadAnalyst } from './in-thread-analyst.js';
import { createJudge } from './judge.js';
import type { Example, ExampleCall, ExampleEntry, JudgeContext, Rule } from './rule.js';
import type { Verdict } from './verdict.js';

export interface RunExampleOptions {
  /** Of examples that choose none. */
  readonly compat: Compat;
  readonly rules: readonly Rule[];
}

/** Start of the artificial time of examples: Unix time, ms. */
const exampleEpoch = Date.UTC(2026, 0, 1);
const maxMessage = 104_857_600;
const noBytes = new Uint8Array(0);

/** Encodes the calls of an example, answers them with the server's own model and judges them. */
export async function runExample(example: Example, options: RunExampleOptions): Promise<Verdict> {
  const compat = example.compat ?? options.compat;
  const { rules } = options;
  const context: JudgeContext = {
    compat,
    clusterRegistered: example.clusterRegistered ?? true,
    ...(example.configuredClusterId === undefined ? {} : { configuredClusterId: example.configuredClusterId }),
  };
  const analyst = createInThreadAnalyst({ context, rules, now: () => 0 });
  const judge = createJudge({ ...context, rules, analyst });
  for (const record of exampleRecords(example, compat)) judge.observe(record);
  return judge.verdict();
}

/** What a server would have written down of the calls. */
export function exampleRecords(example: Example, compat: Compat): JournalRecord[] {
  const start = (time: number): StartRecord => ({
    kind: 'start',
    time,
    compat,
    clusters: example.registered ?? namedClusters(example),
    maxMessage,
    strictPackages: false,
  });
  const records: JournalRecord[] = [start(exampleEpoch)];
  if (example.kubernetes !== undefined) {
    const changes = example.kubernetes.map((object) => ({ time: 0, change: 'added', object }) as const);
    records.push({ kind: 'kubernetes', time: exampleEpoch, changes });
  }
  let model = createServerModel(start(exampleEpoch));
  let at = -1;
  for (const [index, call] of example.calls.entries()) {
    at = call.at ?? at + 1;
    const time = exampleEpoch + at * 1000;
    if (call.afterRestart === true) {
      records.push(start(time));
      model = createServerModel(start(time));
    }
    records.push(callRecord(call, { seq: index + 1, time, compat, model }));
  }
  return records;
}

interface CallFrame {
  readonly seq: number;
  readonly time: number;
  readonly compat: Compat;
  readonly model: ServerModel;
}

function callRecord(call: ExampleCall, { seq, time, compat, model }: CallFrame): CallRecord {
  const outcome = call.outcome ?? 'unary';
  const path = call.path ?? `/${compatTraits[compat].package}.Synchronizer/KubernetesAPISync`;
  const request = outcome === 'unary' ? requestBytes(call) : noBytes;
  const answer =
    outcome === 'unary'
      ? {
          ...model.apply({ seq, time, path, outcome, request }),
          ...(call.answer === undefined ? {} : { status: 0, statusMessage: '', response: call.answer }),
        }
      : { status: statusOf[outcome], statusMessage: '', response: noBytes };
  return {
    kind: 'call',
    seq,
    time,
    duration: (call.takes ?? 0.01) * 1000,
    peer: call.peer ?? '10.0.0.9:50051',
    path,
    metadata: [],
    outcome,
    request,
    response: answer.response,
    status: answer.status,
    statusMessage: answer.statusMessage,
  };
}

const statusOf: Readonly<Record<Exclude<NonNullable<ExampleCall['outcome']>, 'unary'>, number>> = {
  'unknown-method': status.UNIMPLEMENTED,
  incomplete: status.CANCELLED,
  'too-large': status.RESOURCE_EXHAUSTED,
};

function requestBytes({ bytes, request = {} }: ExampleCall): Uint8Array {
  if (bytes !== undefined) return bytes;
  const { version, entries, ...fields } = request;
  // The bytes are the same in both packages.
  return messageType('agent.KubernetesAPISyncRequest').encode({
    ...fields,
    ...(version === undefined ? {} : { version: String(version) }),
    entries: (entries ?? []).map(entryMessage),
  });
}

function entryMessage({ type, object, bytes, info }: ExampleEntry): object {
  return {
    type,
    ...(info === undefined ? {} : { info }),
    ...(bytes !== undefined
      ? { compressed_info: bytes }
      : object !== undefined
        ? { compressed_info: encodeEntry(object) }
        : {}),
  };
}

/** Their domains exist unless the example says otherwise. */
function namedClusters({ calls }: Example): string[] {
  const ids = calls.map((call) => call.request?.cluster_id ?? '').filter(isClusterId);
  return [...new Set(ids)];
}
