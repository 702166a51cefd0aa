import type { TagIndex } from '../../platform/tags.js';
import type { Observation } from '../observation.js';
import type { SyscallEvent } from './syscall-event.js';

/** DeepFlow's close type of every flow made from system calls: transfer, timeout. */
const syscallCloseType = 3;

/** A pause after which the same addresses count as another conversation, seconds. */
const pauseSeconds = 300;

interface Draft {
  readonly first: SyscallEvent;
  packetsTx: number;
  packetsRx: number;
  bytesTx: number;
  bytesRx: number;
  firstTs: number;
  lastTs: number;
}

/**
 * Points c-p and s-p: one row per socket, process and end. A process stands on the node that has its local address,
 * where the platform knows that address; else on the node that the event names.
 */
export function syscallObservations(events: readonly SyscallEvent[], file: string, tags: TagIndex): Observation[] {
  const drafts = new Map<string, Draft[]>();
  for (const event of [...events].sort((a, b) => a.ts - b.ts)) {
    const key = [event.node, event.pid, event.role, event.protocol, ...endsOf(event)].join(' ');
    const list = drafts.get(key) ?? [];
    drafts.set(key, list);
    let draft = list.at(-1);
    if (draft === undefined || event.ts - draft.lastTs > pauseSeconds) {
      const { ts } = event;
      draft = { first: event, packetsTx: 0, packetsRx: 0, bytesTx: 0, bytesRx: 0, firstTs: ts, lastTs: ts };
      list.push(draft);
    }
    draft.lastTs = event.ts;
    if ((event.role === 'client') === (event.dir === 'send')) {
      draft.packetsTx += 1;
      draft.bytesTx += event.bytes;
    } else {
      draft.packetsRx += 1;
      draft.bytesRx += event.bytes;
    }
  }
  return [...drafts.values()].flat().map((draft) => toObservation(draft, file, tags));
}

/** Client's address and port, then the server's. */
function endsOf({ role, dir, src, sport, dst, dport }: SyscallEvent): readonly [string, number, string, number] {
  const clientSends = (role === 'client') === (dir === 'send');
  return clientSends ? [src, sport, dst, dport] : [dst, dport, src, sport];
}

function toObservation(draft: Draft, file: string, tags: TagIndex): Observation {
  const { first } = draft;
  const [clientIp, clientPort, serverIp, serverPort] = endsOf(first);
  const owner = tags.tagsOf(first.role === 'client' ? clientIp : serverIp).node;
  return {
    source: 'syscall',
    node: owner === '' ? first.node : owner,
    nic: '',
    position: 'syscall',
    file,
    tapSide: first.role === 'client' ? 'c-p' : 's-p',
    protocol: first.protocol,
    client: { ip: clientIp, port: clientPort, mac: 0 },
    server: { ip: serverIp, port: serverPort, mac: 0 },
    packetsTx: draft.packetsTx,
    packetsRx: draft.packetsRx,
    bytesTx: draft.bytesTx,
    bytesRx: draft.bytesRx,
    firstTs: Math.round(draft.firstTs * 1_000_000),
    lastTs: Math.round(draft.lastTs * 1_000_000),
    synSeq: null,
    synAckSeq: null,
    tunnel: null,
    closeType: syscallCloseType,
    rtt: null,
    rttServer: null,
    srt: null,
    art: null,
    retransTx: 0,
    retransRx: 0,
    zeroWin: 0,
    tapMac: 0,
    directionScore: 255,
    snaplenCut: 0,
    duplicates: 0,
    hiddenTunnel: null,
    firstPacket: null,
    lastPacket: null,
    flowId: null,
    inferred: false,
    decision: null,
  };
}
