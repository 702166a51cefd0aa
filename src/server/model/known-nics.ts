import type { GenesisNic, SavedGenesis } from './saved-state.js';

/** What agents say of the NIC that has an address. Several may say something of one: who spoke first is believed. */
export interface KnownNics {
  at(ip: string): KnownNic | undefined;
  /** Agents that say something of the address. */
  agentsAt(ip: string): readonly string[];
  /** @param onChange told of each address of which something else holds now */
  replace(before: SavedGenesis | null, now: SavedGenesis | null, onChange: (ip: string) => void): void;
}

export interface KnownNic {
  readonly nic: GenesisNic;
  readonly prefix: number;
}

interface Claim extends KnownNic {
  readonly agent: string;
}

export function createKnownNics(): KnownNics {
  const claims = new Map<string, readonly Claim[]>();

  function set(ip: string, next: readonly Claim[], onChange: (ip: string) => void): void {
    const before = claims.get(ip)?.[0];
    const now = next[0];
    if (now === undefined) claims.delete(ip);
    else claims.set(ip, next);
    if (before?.nic.mac !== now?.nic.mac || before?.nic.name !== now?.nic.name || before?.prefix !== now?.prefix) {
      onChange(ip);
    }
  }

  return {
    at: (ip) => claims.get(ip)?.[0],
    agentsAt: (ip) => claims.get(ip)?.map(({ agent }) => agent) ?? [],
    replace: (before, now, onChange) => {
      const current = claimsOf(now);
      for (const [ip, { agent }] of claimsOf(before)) {
        if (current.has(ip) && now?.agent === agent) continue;
        const others = (claims.get(ip) ?? []).filter((claim) => claim.agent !== agent);
        set(ip, others, onChange);
      }
      for (const [ip, claim] of current) {
        const all = claims.get(ip) ?? [];
        const isKnown = all.some(({ agent }) => agent === claim.agent);
        const next = isKnown ? all.map((other) => (other.agent === claim.agent ? claim : other)) : [...all, claim];
        set(ip, next, onChange);
      }
    },
  };
}

/** By address; of several NICs with one address the first. */
function claimsOf(report: SavedGenesis | null): ReadonlyMap<string, Claim> {
  const found = new Map<string, Claim>();
  if (report === null) return found;
  for (const nic of report.nics) {
    for (const { ip, prefix } of nic.ips) if (!found.has(ip)) found.set(ip, { agent: report.agent, nic, prefix });
  }
  return found;
}
