import { parse } from 'yaml';
import { messageType } from '../wire/protos.js';
import type { AgentAnswer, DataVersions } from './agent-call.js';

const keptTexts = 16;
const longestText = 256;

/** Reads what agents are told. Remembers a few configurations, as all agents of a group get the same one. */
export interface AgentAnswerReader {
  /** Null where the bytes are no answer of Sync or Push. */
  read(own: 'agent' | 'trident', response: Uint8Array): AgentAnswer | null;
}

export function createAgentAnswerReader(): AgentAnswerReader {
  const settings = createSettingsReader();
  return {
    read: (own, response) => {
      if (response.length === 0) return null;
      return own === 'trident' ? readOld(response) : readNew(response, settings);
    },
  };
}

function readOld(response: Uint8Array): AgentAnswer | null {
  const { message } = messageType('trident.SyncResponse').tryDecode(response);
  if (message === null) return null;
  const { config } = message;
  const seconds = config?.sync_interval;
  return {
    status: message.status ?? 'SUCCESS',
    configured: config !== undefined && config !== null,
    agentId: config?.vtap_id ?? 0,
    chosen: config?.kubernetes_api_enabled === true,
    versions: versionsOf(message),
    newBufferSize: null,
    syncIntervalMs: seconds === undefined ? null : seconds * 1000,
    ntpEnabled: config?.ntp_enabled === true,
    revision: cut(message.revision),
  };
}

function readNew(response: Uint8Array, settings: SettingsReader): AgentAnswer | null {
  const { message } = messageType('agent.SyncResponse').tryDecode(response);
  if (message === null) return null;
  const { dynamic_config: dynamic, user_config: text, only_partial_fields: isPartial = false } = message;
  const { syncIntervalMs, ntpEnabled } = settings.read(text ?? '');
  const size = message.new_grpc_buffer_size ?? '0';
  return {
    status: message.status ?? 'SUCCESS',
    configured: text !== undefined,
    agentId: dynamic?.agent_id ?? 0,
    chosen: dynamic?.kubernetes_api_enabled === true,
    versions: isPartial ? noVersions : versionsOf(message),
    newBufferSize: isPartial && size !== '0' ? size : null,
    syncIntervalMs,
    ntpEnabled,
    revision: cut(message.revision),
  };
}

const noVersions: DataVersions = { platformData: '0', acls: '0', groups: '0' };

/** Of a request as of an answer. */
export function versionsOf(message: {
  version_platform_data?: string;
  version_acls?: string;
  version_groups?: string;
}): DataVersions {
  return {
    platformData: message.version_platform_data ?? '0',
    acls: message.version_acls ?? '0',
    groups: message.version_groups ?? '0',
  };
}

/** A text of bounded length. */
export function cut(text: string | undefined): string {
  if (text === undefined) return '';
  return text.length <= longestText ? text : `${text.slice(0, longestText)}...`;
}

interface Settings {
  readonly syncIntervalMs: number | null;
  readonly ntpEnabled: boolean;
}

interface SettingsReader {
  /** @param text `user_config` */
  read(text: string): Settings;
}

function createSettingsReader(): SettingsReader {
  const known = new Map<string, Settings>();
  return {
    read(text) {
      const before = known.get(text);
      if (before !== undefined) return before;
      const settings = settingsOf(text);
      known.set(text, settings);
      for (const oldest of known.keys()) {
        if (known.size <= keptTexts) break;
        known.delete(oldest);
      }
      return settings;
    },
  };
}

function settingsOf(text: string): Settings {
  let value: unknown;
  try {
    value = parse(text);
  } catch {
    // What is wrong with a configuration is not the agent's doing.
    value = null;
  }
  const global = at(value, 'global');
  return {
    syncIntervalMs: milliseconds(at(at(global, 'communication'), 'proactive_request_interval')),
    ntpEnabled: at(at(global, 'ntp'), 'enabled') === true,
  };
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** "60s", "1m" ... as agents read durations; null for anything else. */
function milliseconds(value: unknown): number | null {
  if (typeof value !== 'string') return null;
  const [, amount = '', unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)\s*$/.exec(value) ?? [];
  return unit === '' ? null : Number(amount) * (unitMs[unit] ?? 0);
}
