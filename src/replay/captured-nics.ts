import { compileRustRegex } from '../agent-config/rust-regex.js';
import type { AgentSettings } from '../agent-config/setting.js';
import { shortName } from '../agent-config/setting-text.js';

/** Whether the agent of a node captures a NIC, and why not. */
export interface NicChoice {
  readonly captured: boolean;
  readonly note: string;
}

/** `pod` is set for a NIC inside a Pod's network namespace. */
export function nicChoice(settings: AgentSettings, nic: string, pod: string | null): NicChoice {
  if (pod !== null) {
    return { captured: false, note: `taken inside Pod ${pod}: listed, not judged` };
  }
  const name = shortName('interfaceRegex');
  if (settings.interfaceRegex === '') return { captured: false, note: `${name} is empty: no NIC is captured` };
  const compiled = compileRustRegex(settings.interfaceRegex);
  if (!compiled.ok) return { captured: false, note: `${name} cannot be compiled: ${compiled.message}` };
  if (compiled.regex.test(nic)) return { captured: true, note: '' };
  return { captured: false, note: `${name} ${settings.interfaceRegex} does not match ${nic}` };
}
