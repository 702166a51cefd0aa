import { checkConfiguration, findingText, type Generation } from '../../../agent-config/group-configuration.js';
import type { AgentGroup } from '../../model/agent-groups.js';
import { failure, type RestAnswer, refusal, success } from './envelope.js';
import type { RestModel } from './rest-model.js';

/** Findings that a description names one by one. */
const told = 10;

export interface Storing {
  readonly group: AgentGroup;
  readonly generation: Generation;
  readonly yaml: string;
  readonly mode: 'create' | 'update' | 'any';
  /** More that a person should know. */
  readonly note?: string;
}

/**
 * Stores a configuration, and says in the description what the real server keeps to itself: what of it will not do what
 * it says.
 */
export async function storeConfiguration(model: RestModel, storing: Storing): Promise<RestAnswer> {
  const { group, generation, yaml, mode, note } = storing;
  const findings = checkConfiguration(yaml, generation);
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    const texts = errors.slice(0, told).map(findingText);
    return failure('INVALID_POST_DATA', `yaml validate failed: ${texts.join(' ')}`, tooLarge(errors) ? 413 : 400);
  }
  const done = await model.change({ kind: 'put-configuration', group: group.lcuuid, generation, yaml, mode });
  if (!done.ok) return refusal(done);
  const texts = findings.slice(0, told).map(findingText);
  const more = findings.length > told ? [`And ${findings.length - told} more.`] : [];
  const warned = findings.length === 0 ? [] : [`Stored, with ${count(findings.length)}:`, ...texts, ...more];
  return success(yaml, [...warned, ...(note === undefined ? [] : [note])].join(' '));
}

function tooLarge(errors: readonly { readonly kind: string }[]): boolean {
  return errors.some(({ kind }) => kind === 'too-large');
}

function count(findings: number): string {
  return findings === 1 ? 'one warning' : `${findings} warnings`;
}
