import { createBoundedMap } from './bounded-map.js';

/** One connection as agents exchange it: side 1 serves, side 0 calls. */
export interface GpidEntry {
  /** Name of the ServiceProtocol. */
  readonly protocol: string;
  readonly epcId1: number;
  readonly ipv4_1: number;
  readonly port1: number;
  readonly pid1: number;
  readonly epcId0: number;
  readonly ipv4_0: number;
  readonly port0: number;
  readonly pid0: number;
  readonly epcIdReal: number;
  readonly ipv4Real: number;
  readonly portReal: number;
  readonly pidReal: number;
  /** Name of the RoleType. */
  readonly roleReal: string;
  readonly netnsIdx: number;
}

export interface GpidReport {
  readonly agentId: number;
  readonly ctrlIp: string;
  readonly ctrlMac: string;
  /** Unix time, ms. */
  readonly time: number;
  readonly entries: readonly GpidEntry[];
}

/** The process at one end of a connection; 0 where nobody told. */
export interface GpidEnd {
  readonly agentId: number;
  readonly pid: number;
  /** Its number that holds everywhere. */
  readonly gpid: number;
}

export interface GpidConnection {
  readonly entry: GpidEntry;
  readonly end1: GpidEnd;
  readonly end0: GpidEnd;
}

/** Which processes talk to each other: what agents said of sockets, each about its own machine. */
export interface GpidTable {
  /** Replaces what the agent said before. */
  put(report: GpidReport): void;
  get(agentId: number): GpidReport | null;
  list(): readonly GpidReport[];
  /** The entries of an agent, with the processes of both ends by their numbers that hold everywhere, as far as they are known. */
  told(agentId: number): readonly GpidEntry[];
  connections(): readonly GpidConnection[];
}

const maxAgents = 64_000;
/** Of one agent; what is beyond is not kept. */
export const maxEntries = 10_000;
const maxEntriesOfAll = 1_000_000;
const maxProcesses = 1_000_000;

const nobody: GpidEnd = { agentId: 0, pid: 0, gpid: 0 };

export function createGpidTable(): GpidTable {
  const reports = createBoundedMap<GpidReport>(maxAgents, (_, report) => withdraw(report));
  const connections = new Map<string, GpidConnection>();
  const processes = createBoundedMap<number>(maxProcesses);
  let entries = 0;
  let lastGpid = 0;

  function endOf(agentId: number, pid: number): GpidEnd {
    if (pid === 0) return nobody;
    const key = `${agentId} ${pid}`;
    const known = processes.get(key);
    if (known === undefined) lastGpid += 1;
    const gpid = known ?? lastGpid;
    processes.set(key, gpid);
    return { agentId, pid, gpid };
  }

  function withdraw(report: GpidReport): void {
    entries -= report.entries.length;
    for (const entry of report.entries) {
      const key = connectionKey(entry);
      const known = connections.get(key);
      if (known === undefined) continue;
      const end1 = known.end1.agentId === report.agentId ? nobody : known.end1;
      const end0 = known.end0.agentId === report.agentId ? nobody : known.end0;
      if (end1 === nobody && end0 === nobody) connections.delete(key);
      else connections.set(key, { ...known, end1, end0 });
    }
  }

  function bring({ agentId, entries: brought }: GpidReport): void {
    entries += brought.length;
    for (const entry of brought) {
      const key = connectionKey(entry);
      const known = connections.get(key) ?? { entry, end1: nobody, end0: nobody };
      const end1 = entry.pid1 === 0 ? known.end1 : endOf(agentId, entry.pid1);
      const end0 = entry.pid0 === 0 ? known.end0 : endOf(agentId, entry.pid0);
      connections.set(key, { ...known, end1, end0 });
    }
  }

  return {
    put: (report) => {
      const key = String(report.agentId);
      const before = reports.get(key);
      if (before !== undefined) withdraw(before);
      const room = Math.min(maxEntries, maxEntriesOfAll - entries);
      const kept = { ...report, entries: report.entries.slice(0, room) };
      bring(kept);
      reports.set(key, kept);
    },
    get: (agentId) => reports.get(String(agentId)) ?? null,
    list: () => [...reports.entries()].map(([, report]) => report),
    told: (agentId) =>
      (reports.get(String(agentId))?.entries ?? []).map((entry) => {
        const known = connections.get(connectionKey(entry));
        return { ...entry, pid1: known?.end1.gpid ?? 0, pid0: known?.end0.gpid ?? 0 };
      }),
    connections: () => [...connections.values()],
  };
}

function connectionKey(entry: GpidEntry): string {
  const { protocol, epcId1, ipv4_1, port1, epcId0, ipv4_0, port0 } = entry;
  return `${protocol} ${epcId1} ${ipv4_1} ${port1} ${epcId0} ${ipv4_0} ${port0}`;
}
