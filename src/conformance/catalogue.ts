import type { Rule } from './rule.js';
import { agentTroubleRules } from './rules/agent-trouble.js';
import { changeRules } from './rules/change.js';
import { costRules } from './rules/cost.js';
import { entryRules } from './rules/entry.js';
import { errorRules } from './rules/error.js';
import { errorTroubleRules } from './rules/error-trouble.js';
import { fieldRules } from './rules/fields.js';
import { genesisRules } from './rules/genesis.js';
import { handshakeRules } from './rules/handshake.js';
import { hazardRules } from './rules/hazard.js';
import { snapshotHazardRules } from './rules/hazard-snapshot.js';
import { privacyRules } from './rules/privacy.js';
import { referenceRules } from './rules/reference.js';
import { replicaSetRules } from './rules/replicaset.js';
import { requestClusterIdRules } from './rules/request-cluster-id.js';
import { requestFormRules } from './rules/request-form.js';
import { requestHeartbeatRules } from './rules/request-heartbeat.js';
import { requestSenderRules } from './rules/request-sender.js';
import { requestVersionRules } from './rules/request-version.js';
import { resourceRules } from './rules/resources.js';
import { snapshotRules } from './rules/snapshot.js';
import { snapshotTruthRules } from './rules/snapshot-truth.js';
import { syncConfigurationRules } from './rules/sync-configuration.js';
import { syncIdentityRules } from './rules/sync-identity.js';
import { syncIntervalRules } from './rules/sync-interval.js';
import { syncNtpRules } from './rules/sync-ntp.js';
import { syncWatchRules } from './rules/sync-watch.js';
import { transportRules } from './rules/transport.js';
import { transportTroubleRules } from './rules/transport-trouble.js';
import { watchRules } from './rules/watch.js';

const rules: readonly Rule[] = [
  ...transportRules,
  ...transportTroubleRules,
  ...requestFormRules,
  ...requestClusterIdRules,
  ...requestVersionRules,
  ...requestHeartbeatRules,
  ...requestSenderRules,
  ...errorRules,
  ...errorTroubleRules,
  ...handshakeRules,
  ...entryRules,
  ...snapshotRules,
  ...snapshotTruthRules,
  ...referenceRules,
  ...fieldRules,
  ...replicaSetRules,
  ...hazardRules,
  ...snapshotHazardRules,
  ...privacyRules,
  ...costRules,
  ...changeRules,
  ...watchRules,
  ...resourceRules,
  ...syncIdentityRules,
  ...syncIntervalRules,
  ...syncConfigurationRules,
  ...syncWatchRules,
  ...syncNtpRules,
  ...genesisRules,
  ...agentTroubleRules,
];

const byId: ReadonlyMap<string, Rule> = new Map(rules.map((rule) => [rule.id, rule]));

/** All rules, family by family. */
export function catalogue(): readonly Rule[] {
  return rules;
}

export function findRule(id: string): Rule | undefined {
  return byId.get(id);
}

export interface RuleSelection {
  /** In the order of the catalogue, each once. */
  readonly rules: readonly Rule[];
  /** Patterns that select nothing. */
  readonly unmatched: readonly UnmatchedPattern[];
}

export interface UnmatchedPattern {
  readonly pattern: string;
  /** The id that was probably meant; null where none is near. */
  readonly nearest: string | null;
}

/**
 * The rules whose ids match at least one pattern; all of them where there is no pattern.
 *
 * @param patterns ids, in which `*` stands for any characters and `?` for one
 */
export function selectRules(patterns: readonly string[], from: readonly Rule[] = rules): RuleSelection {
  if (patterns.length === 0) return { rules: from, unmatched: [] };
  const matchers = patterns.map((pattern) => ({ pattern, matches: globMatcher(pattern) }));
  return {
    rules: from.filter((rule) => matchers.some(({ matches }) => matches(rule.id))),
    unmatched: matchers
      .filter(({ matches }) => !from.some((rule) => matches(rule.id)))
      .map(({ pattern }) => ({ pattern, nearest: nearestRule(pattern, from) })),
  };
}

/** The id that a misspelt one was probably meant to be; null where none is near. */
export function nearestRule(id: string, from: readonly Rule[] = rules): string | null {
  const begun = from.find((rule) => id.length >= 4 && rule.id.includes(id));
  if (begun !== undefined) return begun.id;
  let nearest: string | null = null;
  let least = Math.max(3, Math.ceil(id.length / 3));
  for (const rule of from) {
    const name = id.includes('/') ? rule.id : rule.id.slice(rule.id.indexOf('/') + 1);
    const distance = editDistance(id.slice(0, 100), name);
    if (distance < least) {
      least = distance;
      nearest = rule.id;
    }
  }
  return nearest;
}

/** `*` stands for any characters and `?` for one. */
export function globMatcher(pattern: string): (id: string) => boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${source}$`);
  return (id) => expression.test(id);
}

function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
