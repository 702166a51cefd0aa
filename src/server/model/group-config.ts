import { findingText } from '../../agent-config/configuration-finding.js';
import { readConfiguration } from '../../agent-config/read-configuration.js';

/** Configuration of an agent group: the top-level mapping of its YAML. */
export type GroupConfig = Readonly<Record<string, unknown>>;

/**
 * Takes bounded time and memory, whatever the text is.
 *
 * @throws RangeError if `text` is not YAML, or is YAML of something else than a mapping
 */
export function parseGroupConfig(text: string): GroupConfig {
  const read = readConfiguration(text);
  if (read.ok) return read.document.root;
  const [first] = read.findings;
  if (first?.kind === 'not-a-mapping') {
    throw new RangeError('The group configuration must be a YAML mapping, such as "global: {}".');
  }
  const problem = first?.kind === 'yaml' ? 'is not YAML' : 'cannot be used';
  throw new RangeError(`The group configuration ${problem}: ${read.findings.map(findingText).join(' ')}`);
}
