import type { DelayStat, FlowPeer, FlowRecord } from './flow-record.js';

/** Puts the records of a flow's intervals together again. Holds one small object per live flow. */
export interface FlowTotals {
  /** The flow as a whole where the record is its last one, else null. */
  add(record: FlowRecord): FlowRecord | null;
}

/** Packets, bytes and the facts of the whole flow come with every record; what each interval counts anew is summed. */
export function createFlowTotals(): FlowTotals {
  const flows = new Map<bigint, FlowRecord>();
  return {
    add(record) {
      const before = flows.get(record.flowId);
      const whole = before === undefined ? record : merged(before, record);
      if (record.kind === 'interval') {
        flows.set(record.flowId, whole);
        return null;
      }
      flows.delete(record.flowId);
      return whole;
    },
  };
}

function merged(before: FlowRecord, last: FlowRecord): FlowRecord {
  // The sides may have changed places in between; delays are measured anew then, and are not those of the other side.
  const turned = before.client.ip !== last.client.ip || before.client.port !== last.client.port;
  const client = turned ? before.server : before.client;
  const server = turned ? before.client : before.server;
  return {
    ...last,
    client: mergedPeer(client, last.client),
    server: mergedPeer(server, last.server),
    synCount: before.synCount + last.synCount,
    synAckCount: before.synAckCount + last.synAckCount,
    finCount: before.finCount + last.finCount,
    retransSyn: before.retransSyn + last.retransSyn,
    retransSynAck: before.retransSynAck + last.retransSynAck,
    rtt: last.rtt ?? before.rtt,
    ...(turned
      ? {}
      : {
          rttClient: mergedDelay(before.rttClient, last.rttClient),
          rttServer: mergedDelay(before.rttServer, last.rttServer),
          srt: mergedDelay(before.srt, last.srt),
          art: mergedDelay(before.art, last.art),
          cit: mergedDelay(before.cit, last.cit),
        }),
  };
}

function mergedPeer(before: FlowPeer, last: FlowPeer): FlowPeer {
  return {
    ...last,
    retrans: before.retrans + last.retrans,
    ooo: before.ooo + last.ooo,
    zeroWin: before.zeroWin + last.zeroWin,
  };
}

function mergedDelay(a: DelayStat, b: DelayStat): DelayStat {
  return { sum: a.sum + b.sum, count: a.count + b.count, max: Math.max(a.max, b.max) };
}
