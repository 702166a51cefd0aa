import { agentTypes } from './agent-type.js';
import { type ConfigurationKey, generations, type KeyForm, type ReplayPart } from './configuration-key.js';
import { configurationKeys, keySets } from './configuration-keys.js';
import type { KeyType } from './key-type.js';
import type { Setting, SettingType, SettingValue } from './setting.js';

export { defaultInterfaceRegex } from './keys/capture-keys.js';

/** No key of agent groups: a site says with it which agents it has. */
const agentType: Setting = {
  id: 'agentType',
  name: 'global.common.agent_type',
  oldNames: ['agent_type'],
  type: { kind: 'choice', choices: agentTypes },
  default: 8,
  effect: 'which table decides the tap side',
};

/** The keys of agent groups that a replay depends on. */
export const settings: readonly Setting[] = [
  agentType,
  ...configurationKeys.flatMap((key) => (key.replay === undefined ? [] : [settingOf(key, key.replay)])),
];

/** Keys with which a document of v6.5 says for which group it is. */
export const groupKeys: readonly string[] = ['vtap_group_id', 'vtap_group_lcuuid'];

const sections = [...new Set(keySets.v7.names.map((name) => `${name.split('.').slice(0, 2).join('.')}.`))];

export function isDeepFlowKey(name: string): boolean {
  return generations.some((generation) => keySets[generation].get(name) !== undefined) || groupKeys.includes(name);
}

/** The key lies in a section of DeepFlow's that may have gained keys. */
export function isInDeepFlowSection(name: string): boolean {
  return name.startsWith('static_config.') || sections.some((section) => name.startsWith(section));
}

function settingOf(key: ConfigurationKey, { id, effect, aliases }: ReplayPart): Setting {
  const form = replayedForm(key);
  const old = key['v6.5'];
  return {
    id,
    name: form.name,
    oldNames: [...(old === undefined ? [] : [old.name]), ...aliases],
    type: settingType(form.type),
    default: form.default as SettingValue,
    effect,
  };
}

function replayedForm(key: ConfigurationKey): KeyForm {
  if (key.v7 === undefined) throw new Error(`a replay depends on a key that v7 does not have: ${key['v6.5']?.name}`);
  return key.v7;
}

function settingType(type: KeyType): SettingType {
  switch (type.kind) {
    case 'boolean':
    case 'integer':
    case 'text':
    case 'regex':
    case 'choice':
    case 'duration':
      return type;
    case 'list':
      return type.of.kind === 'choice' ? { kind: 'choices', choices: type.of.choices } : { kind: 'ports' };
    case 'records':
      return { kind: 'nic-groups' };
    default:
      throw new Error(`a replay cannot read values of the kind ${type.kind}`);
  }
}
