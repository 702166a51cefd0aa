import type { GenesisNic, GenesisProcess, SavedGenesis } from './saved-state.js';
import type { OnWrite } from './state-write.js';

/** What agents reported of their NICs and processes, and which version of it. */
export interface GenesisMemory {
  take(report: GenesisReport): GenesisTaken;
  get(agent: string): SavedGenesis | null;
  /** Agents that were silent for too long are forgotten. @returns what they had said @param time Unix time, ms */
  expire(time: number): readonly SavedGenesis[];
  saved(): readonly SavedGenesis[];
  notKept(): GenesisNotKept;
}

/** Because there was too much of it over all agents. */
export interface GenesisNotKept {
  readonly reports: number;
  /** Of reports that were kept. */
  readonly processes: number;
}

export interface GenesisReport {
  /** "ctrl_ip-ctrl_mac", or what else tells agents apart. */
  readonly agent: string;
  /** 0: the server does not remember the version. */
  readonly agentId: number;
  /** Name of its machine; "" where that is not known. */
  readonly host: string;
  readonly clusterId: string;
  /** uint64, not 0. */
  readonly version: bigint;
  /** Unix time, ms. */
  readonly time: number;
  /** null: a heartbeat. */
  readonly content: GenesisContent | null;
}

export interface GenesisContent {
  readonly nics: readonly GenesisNic[];
  readonly processes: readonly GenesisProcess[];
}

export interface GenesisTaken {
  /** uint64. */
  readonly answerVersion: bigint;
  /** What the agent said before, where the call replaces it; null where it replaces nothing. */
  readonly replaced: SavedGenesis | null;
  /** What it says now; null where the call brings nothing new. */
  readonly current: SavedGenesis | null;
}

/** After so long without a call of the agent, ms, the server forgets what it reported. */
export const genesisAging = 300_000;

/** Agents, and NICs and processes of all of them, beyond which nothing more is remembered. */
const maxReports = 64_000;
const maxNics = 1_000_000;
const maxProcesses = 1_000_000;

/** @param saved as `saved` gave it */
export function createGenesisMemory(
  saved: readonly SavedGenesis[] = [],
  onWrite?: OnWrite<SavedGenesis>,
): GenesisMemory {
  // In order of the last call, so that who was silent for longest stands first.
  const reports = new Map(saved.map((report) => [report.agent, report]));
  let nics = saved.reduce((sum, report) => sum + report.nics.length, 0);
  let processes = saved.reduce((sum, report) => sum + report.processes.length, 0);
  const notKept = { reports: 0, processes: 0 };

  function put(report: SavedGenesis): void {
    const { agent } = report;
    nics += report.nics.length - (reports.get(agent)?.nics.length ?? 0);
    processes += report.processes.length - (reports.get(agent)?.processes.length ?? 0);
    onWrite?.(agent, reports.get(agent) ?? null, report);
    reports.delete(agent);
    reports.set(agent, report);
  }

  return {
    take: ({ agent, agentId, host, clusterId, version, time, content }) => {
      const held = reports.get(agent);
      const known = held !== undefined && time - held.heard <= genesisAging ? held : undefined;
      const heldVersion = agentId === 0 ? 0n : BigInt(known?.version ?? 0);
      if (content === null || version === heldVersion) {
        if (known !== undefined) put({ ...known, heard: time });
        return { answerVersion: heldVersion, replaced: null, current: null };
      }
      const room = maxNics - nics + (held?.nics.length ?? 0);
      if ((held === undefined && reports.size >= maxReports) || content.nics.length > room) {
        notKept.reports += 1;
        return { answerVersion: heldVersion, replaced: null, current: null };
      }
      // What agents are told needs NICs alone: they are worth keeping without the processes.
      const others = processes - (held?.processes.length ?? 0);
      const kept = content.processes.slice(0, Math.max(0, maxProcesses - others));
      notKept.processes += content.processes.length - kept.length;
      const current: SavedGenesis = {
        agent,
        host,
        clusterId,
        version: agentId === 0 ? null : String(version),
        heard: time,
        nics: content.nics,
        processes: kept,
      };
      put(current);
      return { answerVersion: version, replaced: held ?? null, current };
    },
    get: (agent) => reports.get(agent) ?? null,
    expire: (time) => {
      const gone: SavedGenesis[] = [];
      for (const report of reports.values()) {
        if (time - report.heard <= genesisAging) break;
        gone.push(report);
      }
      for (const report of gone) {
        reports.delete(report.agent);
        onWrite?.(report.agent, report, null);
        nics -= report.nics.length;
        processes -= report.processes.length;
      }
      return gone;
    },
    saved: () => [...reports.values()],
    notKept: () => ({ ...notKept }),
  };
}
