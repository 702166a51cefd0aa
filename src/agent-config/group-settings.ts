import { checkDocument } from './check-configuration.js';
import type { ConfigurationFinding } from './configuration-finding.js';
import type { Generation } from './configuration-key.js';
import { configurationKeys } from './configuration-keys.js';
import { settings } from './keys.js';
import type { GivenSettings } from './parse-settings.js';
import { readConfiguration } from './read-configuration.js';
import type { AgentSettings, SettingId } from './setting.js';
import { parseSettingValue } from './setting-value.js';
import { valueAt } from './value-at.js';

export interface GroupSettings {
  /** What agents of this generation take from the document; keys of the other one say nothing to them. */
  readonly given: GivenSettings;
  readonly findings: readonly ConfigurationFinding[];
}

/** The settings of a replay that a group's configuration gives, as agents of the generation read it. Never throws. */
export function groupSettings(yaml: string, generation: Generation): GroupSettings {
  const read = readConfiguration(yaml);
  if (!read.ok) return { given: {}, findings: read.findings };
  const given: Partial<Record<SettingId, AgentSettings[SettingId]>> = {};
  for (const key of configurationKeys) {
    const { replay } = key;
    const form = key[generation];
    const setting = settings.find(({ id }) => id === replay?.id);
    if (form === undefined || setting === undefined) continue;
    const value = valueAt(read.document.root, form.name);
    const parsed = value === undefined || value === null ? null : parseSettingValue(setting.type, value);
    if (parsed?.ok === true) given[setting.id] = parsed.value;
  }
  return { given: given as GivenSettings, findings: checkDocument(read.document, generation) };
}
