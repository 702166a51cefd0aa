import { settings } from '../agent-config/keys.js';
import type { AgentSettings } from '../agent-config/setting.js';
import { shortName } from '../agent-config/setting-text.js';

export interface ReportedConfig {
  readonly [name: string]: unknown;
  /** Settings in which a node differs from the first one. */
  readonly nodes?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The settings in effect by the names that users know best; nodes that differ from the first are told apart. */
export function reportedConfig(nodes: readonly string[], settingsOf: (node: string) => AgentSettings): ReportedConfig {
  const [first, ...others] = nodes;
  if (first === undefined) return {};
  const base = named(settingsOf(first));
  const differing = others.flatMap((node) => {
    const own = Object.entries(named(settingsOf(node)));
    const differences = own.filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(base[name]));
    return differences.length === 0 ? [] : [[node, Object.fromEntries(differences)] as const];
  });
  return differing.length === 0 ? base : { ...base, nodes: Object.fromEntries(differing) };
}

function named(of: AgentSettings): Record<string, unknown> {
  return Object.fromEntries(settings.map(({ id }) => [shortName(id), of[id]]));
}
