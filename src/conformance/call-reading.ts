import type { CallRecord } from '../journal/record.js';
import type { CallOutcome, SyncOutcome } from '../server/model/call-outcome.js';
import { memoryKey } from '../server/model/server-state.js';
import { decodeSyncResponse } from '../wire/call-messages.js';
import type { AgentCall } from './agent-call.js';
import type { UploadReport } from './analyst.js';
import type { SyncCall, TrafficCall } from './traffic.js';

const longestText = 256;
const longestError = 4_096;
const maxProblems = 20;

/**
 * A call as rules over many calls see it; what an analyst finds out is still missing.
 *
 * @param agent what an `AgentCallReader` made of it
 */
export function readCall(
  record: CallRecord,
  outcome: CallOutcome,
  bytesDigest: string,
  agent: AgentCall | null = null,
): TrafficCall {
  const { sync, registersCluster } = outcome;
  return {
    seq: record.seq,
    time: record.time,
    duration: record.duration,
    peer: record.peer,
    path: cut(record.path, longestText),
    outcome: record.outcome,
    status: record.status,
    size: record.request.length,
    bytesDigest,
    ...(record.fault === undefined ? {} : { fault: record.fault.kind }),
    ...(sync === null ? {} : { sync: readSync(sync, answeredVersion(record, sync)) }),
    ...(agent === null ? {} : { agent }),
    ...(registersCluster === null ? {} : { registersCluster }),
  };
}

/** What a fault had the server say is in the record alone. */
function answeredVersion({ status, response, fault }: CallRecord, sync: SyncOutcome): bigint | null {
  if (fault === undefined) return sync.answerVersion;
  return status === 0 ? decodeSyncResponse(response) : null;
}

function readSync({ scan, effect }: SyncOutcome, answerVersion: bigint | null): SyncCall {
  return {
    clusterId: memoryKey(scan.clusterId),
    version: scan.version,
    errorMsg: cut(scan.errorMsg, longestError),
    agentId: scan.agentId,
    sourceIp: cut(scan.sourceIp, longestText),
    teamId: cut(scan.teamId, longestText),
    entryCount: scan.entryCount,
    problems: scan.problems.slice(0, maxProblems),
    answerVersion,
    effect,
    contentDigest: '',
  };
}

export function withReport(call: TrafficCall, report: UploadReport): TrafficCall {
  const { bytesDigest, contentDigest } = report;
  if (call.sync === undefined) return { ...call, bytesDigest };
  const problems = [...call.sync.problems, ...report.problems].slice(0, maxProblems);
  return { ...call, bytesDigest, sync: { ...call.sync, problems, contentDigest } };
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}...`;
}
