/** What an agent is told by Sync and Push: the fields that it needs, of either package. */
import { parse } from 'yaml';

export interface Versions {
  readonly version_platform_data: string;
  readonly version_acls: string;
  readonly version_groups: string;
}

export interface Told {
  readonly status: string;
  /** Null: the answer has no configuration, and is passed over. */
  readonly config: Config | null;
  readonly agentId: number;
  readonly agentType: string;
  /** This agent has to report the cluster. */
  readonly elected: boolean;
  /** YAML of the agent group: all of it (v7), or a part (up to v6.5). */
  readonly groupConfig: string;
  /** Of the data in this answer; "0": there is none yet. */
  readonly versions: Versions;
  /** The rest is larger than the agent's buffer: it has to take so many bytes. 0: this is all. */
  readonly newBufferSize: number;
  /** "" for none. */
  readonly revision: string;
}

export interface Config {
  readonly syncSeconds: number;
  readonly genesisSeconds: number;
  readonly escapeSeconds: number;
  /** "host:port"; "" to stay with the configured address. */
  readonly proxy: string;
  readonly ntp: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/** @throws where user_config is not YAML */
export function readAnswer(answer: object): Told {
  const fields = answer as Fields;
  // v7 sends all of the group's configuration as YAML, servers up to v6.5 fields.
  const own = object(fields.dynamic_config ?? fields.config);
  const isOld = fields.config !== undefined && fields.config !== null;
  const text = typeof fields.user_config === 'string' ? fields.user_config : null;
  return {
    status: String(fields.status ?? 'SUCCESS'),
    config: isOld ? oldConfig(own) : text === null ? null : newConfig(object(parse(text))),
    agentId: Number(own.agent_id ?? own.vtap_id ?? 0),
    agentType: String(own.agent_type ?? own.trident_type ?? 'TT_PROCESS'),
    elected: own.kubernetes_api_enabled === true,
    groupConfig: text ?? String(own.local_config ?? ''),
    versions: {
      version_platform_data: String(fields.version_platform_data ?? '0'),
      version_acls: String(fields.version_acls ?? '0'),
      version_groups: String(fields.version_groups ?? '0'),
    },
    newBufferSize: fields.only_partial_fields === true ? Number(fields.new_grpc_buffer_size ?? 0) : 0,
    revision: fields.self_update_url === 'grpc' ? String(fields.revision ?? '') : '',
  };
}

function newConfig(config: Fields): Config {
  const communication = object(object(config.global).communication);
  const { proxy_controller_ip: ip, proxy_controller_port: port } = communication;
  return {
    syncSeconds: seconds(communication.proactive_request_interval, 60),
    genesisSeconds: seconds(object(object(config.inputs).resources).push_interval, 10),
    escapeSeconds: seconds(communication.max_escape_duration, 3600),
    proxy: address(ip, port),
    ntp: object(object(config.global).ntp).enabled === true,
  };
}

function oldConfig(config: Fields): Config {
  return {
    syncSeconds: Number(config.sync_interval ?? 60),
    genesisSeconds: Number(config.platform_sync_interval ?? 10),
    escapeSeconds: Number(config.max_escape_seconds ?? 3600),
    proxy: address(config.proxy_controller_ip, config.proxy_controller_port),
    ntp: config.ntp_enabled === true,
  };
}

function address(ip: unknown, port: unknown): string {
  if (typeof ip !== 'string' || ip === '') return '';
  return `${ip.includes(':') ? `[${ip}]` : ip}:${Number(port ?? 30035)}`;
}

const units: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };

/** "60s", "1m" ... */
function seconds(value: unknown, otherwise: number): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(String(value)) ?? [];
  return amount === undefined ? otherwise : Number(amount) * (units[unit] ?? 1);
}

function object(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
