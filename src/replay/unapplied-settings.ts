import type { AgentSettings, SettingId } from '../agent-config/setting.js';
import { settingOf, shortName } from '../agent-config/setting-text.js';
import { mostFlows } from './core/core-config.js';

/** Settings that change what an agent sees and that a replay leaves out of account, with what it does instead. */
const unapplied: Partial<Record<SettingId, string>> = {
  innerCapture: 'captures taken inside Pods are listed and not judged',
  extraNetnsRegex: 'captures of other network namespaces are listed and not judged',
  bondInterfaces: 'each NIC of a group counts by itself, with flows of its own',
  vmMacSource: 'the MAC behind a NIC is the one that the site or the captures give',
  captureBpf: 'all packets of the captures count',
  maxPacketSize: 'packets count as long as the captures hold them',
  ebpfDisabled: 'system calls of the site count all the same',
};

/** What of the nodes' configuration this replay does not do, in words; each once, with the nodes that have it. */
export function unappliedSettings(nodes: readonly string[], settingsOf: (node: string) => AgentSettings): string[] {
  const nodesByText = new Map<string, string[]>();
  for (const node of nodes) {
    for (const text of textsOf(settingsOf(node))) nodesByText.set(text, [...(nodesByText.get(text) ?? []), node]);
  }
  return [...nodesByText].map(([text, having]) => {
    const where =
      having.length === nodes.length ? '' : ` (${having.length > 5 ? `${having.length} nodes` : having.join(', ')})`;
    return `${text}${where}`;
  });
}

function textsOf(settings: AgentSettings): string[] {
  const texts = (Object.entries(unapplied) as [SettingId, string][]).flatMap(([id, instead]) => {
    const isDefault = JSON.stringify(settings[id]) === JSON.stringify(settingOf(id).default);
    return isDefault ? [] : [`${shortName(id)} is set and not applied: ${instead}`];
  });
  if (settings.captureMode > 2) {
    texts.push(`${shortName('captureMode')} ${settings.captureMode} is not replayed: NICs are captured as in mode 0`);
  }
  if (settings.flowLimit > mostFlows) {
    texts.push(
      `${shortName('flowLimit')} ${settings.flowLimit} is more than a replay holds: ${mostFlows} flows at once are kept`,
    );
  }
  return texts;
}
