import { parse } from 'yaml';
import { valueAt } from '../../agent-config/value-at.js';
import type { CheckedAnswer, CheckedSync } from './checked-answer.js';
import type { BrokenDemand, SelfCheck } from './self-check.js';

type Sync = CheckedSync<'agent'> | CheckedSync<'trident'>;

/** Failures and heartbeats tell an agent nothing. */
function tells(answer: CheckedAnswer): answer is Sync {
  return answer.method === 'Sync' && (answer.answer.status === undefined || answer.answer.status === 'SUCCESS');
}

function onTelling(check: (answer: Sync) => Iterable<BrokenDemand>): SelfCheck['check'] {
  return (answer) => (tells(answer) ? check(answer) : []);
}

function onAgentSync(check: (answer: CheckedSync<'agent'>) => Iterable<BrokenDemand>): SelfCheck['check'] {
  return (answer) => (tells(answer) && answer.package === 'agent' ? check(answer) : []);
}

function* present(field: string, value: unknown, expected: string): Generator<BrokenDemand> {
  if (value === undefined || value === '') yield { field, found: value === '' ? '""' : 'nothing', expected };
}

function* inRange(field: string, value: number | undefined, from: number, to: number): Generator<BrokenDemand> {
  if (value === undefined || value < from || value > to) {
    yield { field, found: value === undefined ? 'nothing' : String(value), expected: `${from} to ${to}` };
  }
}

function userConfigOf(text: string | undefined): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = parse(text ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    // What is no YAML has a check of its own.
    return null;
  }
}

const communication = 'global.communication';

/** What an agent of v7 or of v6.5 reads of the server's addresses. */
function addresses(sync: Sync) {
  if (sync.package === 'trident') {
    const { proxy_controller_ip, proxy_controller_port, analyzer_ip, analyzer_port } = sync.answer.config ?? {};
    return [
      {
        field: 'config.proxy_controller_ip',
        ip: proxy_controller_ip,
        portField: 'config.proxy_controller_port',
        port: proxy_controller_port,
      },
      { field: 'config.analyzer_ip', ip: analyzer_ip, portField: 'config.analyzer_port', port: analyzer_port },
    ];
  }
  const config = userConfigOf(sync.answer.user_config);
  return ['proxy_controller', 'ingester'].map((who) => {
    const ip = valueAt(config, `${communication}.${who}_ip`);
    const port = valueAt(config, `${communication}.${who}_port`);
    const field = `user_config: ${communication}.${who}`;
    return { field: `${field}_ip`, ip, portField: `${field}_port`, port };
  });
}

const statuses = ['SUCCESS', 'FAILED', 'HEARTBEAT'];

/** Versions, and the bytes that go with them, of the three sets that an agent holds. */
function sets({ answer, has }: Sync) {
  return [
    {
      field: 'platform_data',
      version: answer.version_platform_data,
      bytes: answer.platform_data,
      has: has.platformData,
    },
    { field: 'flow_acls', version: answer.version_acls, bytes: answer.flow_acls, has: has.acls },
    { field: 'groups', version: answer.version_groups, bytes: answer.groups, has: has.groups },
  ].map((set) => ({ ...set, version: set.version ?? '0' }));
}

const mebibyte = 1024 * 1024;

export const syncChecks: readonly SelfCheck[] = [
  {
    id: 'sync/status',
    demand: 'the status is SUCCESS, FAILED or HEARTBEAT: agents know no other one',
    *check(answer) {
      if (answer.method !== 'Sync') return;
      const { status = 'SUCCESS' } = answer.answer;
      if (!statuses.includes(status)) yield { field: 'status', found: status, expected: statuses.join(', ') };
    },
  },
  {
    id: 'sync/configuration',
    demand: 'there is a configuration that can be read: agents pass over an answer without one',
    check: onTelling(function* (sync) {
      if (sync.package === 'trident') {
        yield* present('config', sync.answer.config, 'the configuration');
        return;
      }
      yield* present('user_config', sync.answer.user_config, 'the configuration, YAML');
      if (sync.answer.user_config !== undefined && userConfigOf(sync.answer.user_config) === null) {
        yield { field: 'user_config', found: 'text that is no mapping of YAML', expected: 'at least "{}"' };
      }
    }),
  },
  {
    id: 'sync/dynamic-config',
    demand: 'enabled, election and type are said: an agent counts what is missing as no, and idles',
    check: onTelling(function* (sync) {
      if (sync.package === 'trident') {
        const { enabled, kubernetes_api_enabled: watches, trident_type: type } = sync.answer.config ?? {};
        yield* present('config.enabled', enabled, 'true or false');
        yield* present('config.kubernetes_api_enabled', watches, 'true or false');
        yield* present('config.trident_type', type, 'the type of the agent');
        return;
      }
      const { dynamic_config: dynamic } = sync.answer;
      yield* present('dynamic_config', dynamic, 'what holds for this agent');
      yield* present('dynamic_config.enabled', dynamic?.enabled, 'true or false');
      yield* present('dynamic_config.kubernetes_api_enabled', dynamic?.kubernetes_api_enabled, 'true or false');
      yield* present('dynamic_config.agent_type', dynamic?.agent_type, 'the type of the agent');
    }),
  },
  {
    id: 'sync/identity',
    demand: 'an agent that is enabled is told its numbers: its data would be put down to nobody',
    check: onTelling(function* (sync) {
      const limit = 2 ** 31;
      if (sync.package === 'trident') {
        const { config } = sync.answer;
        if (config?.enabled !== true) return;
        yield* inRange('config.vtap_id', config.vtap_id, 1, 64_000);
        yield* inRange('config.region_id', config.region_id, 1, limit);
        yield* inRange('config.epc_id', config.epc_id, 1, limit);
        yield* inRange('config.team_id', config.team_id, 1, limit);
        yield* inRange('config.organize_id', config.organize_id, 1, limit);
        return;
      }
      const { dynamic_config: dynamic } = sync.answer;
      if (dynamic?.enabled !== true) return;
      yield* inRange('dynamic_config.agent_id', dynamic.agent_id, 1, 64_000);
      yield* inRange('dynamic_config.region_id', dynamic.region_id, 1, limit);
      yield* inRange('dynamic_config.vpc_id', dynamic.vpc_id, 1, limit);
      yield* inRange('dynamic_config.team_id', dynamic.team_id, 1, limit);
      yield* inRange('dynamic_config.organize_id', dynamic.organize_id, 1, limit);
    }),
  },
  {
    id: 'sync/addresses',
    demand:
      'the addresses of controller and ingester are said: agents move to 127.0.0.1 otherwise, or send their data nowhere',
    check: onTelling(function* (sync) {
      if (!sync.reached) return;
      for (const { field, ip, portField, port } of addresses(sync)) {
        yield* present(field, ip === null ? undefined : ip, 'an address');
        yield* inRange(portField, typeof port === 'number' ? port : undefined, 1, 65_535);
      }
    }),
  },
  {
    id: 'sync/bytes-with-version',
    demand: 'a version that the agent has not comes with its bytes: without them the agent empties its set',
    check: onTelling(function* (sync) {
      for (const { field, version, bytes, has } of sets(sync)) {
        if (version !== '0' && version !== has && bytes === undefined) {
          yield { field, found: `nothing with version ${version}, where the agent has ${has}`, expected: 'the bytes' };
        }
      }
    }),
  },
  {
    id: 'sync/no-needless-bytes',
    demand:
      'bytes come only with a version that the agent has not: it would pass over those of version 0, and has the others',
    check: onTelling(function* (sync) {
      for (const { field, version, bytes, has } of sets(sync)) {
        if (bytes !== undefined && (version === '0' || version === has)) {
          yield { field, found: `${bytes.length} bytes with version ${version}`, expected: 'no bytes' };
        }
      }
    }),
  },
  {
    id: 'sync/size',
    demand: 'an answer fits into the buffer of the agent: it fails with the whole call otherwise',
    check: onAgentSync(function* ({ request, answer, size }) {
      // What asks for a larger buffer has to fit into the smallest that agents have, whatever this one claims.
      const claimed = answer.only_partial_fields === true ? 0 : Number(request.current_grpc_buffer_size ?? 0);
      const buffer = claimed || mebibyte;
      if (size > buffer) yield { field: '(the whole)', found: `${size} bytes`, expected: `at most ${buffer}` };
    }),
  },
  {
    id: 'sync/partial',
    demand: 'an answer that asks for a larger buffer says how large, and has no data yet',
    check: onAgentSync(function* ({ request, answer }) {
      if (answer.only_partial_fields !== true) return;
      const buffer = Number(request.current_grpc_buffer_size ?? 0) || mebibyte;
      const wanted = Number(answer.new_grpc_buffer_size ?? 0);
      if (wanted <= buffer || wanted < mebibyte) {
        const expected = `more than ${buffer} bytes, and at least ${mebibyte}`;
        yield { field: 'new_grpc_buffer_size', found: String(wanted), expected };
      }
      for (const field of ['platform_data', 'flow_acls', 'groups'] as const) {
        if (answer[field] !== undefined) yield { field, found: 'bytes', expected: 'nothing in a partial answer' };
      }
      for (const field of ['version_platform_data', 'version_acls', 'version_groups'] as const) {
        if (answer[field] !== undefined) yield { field, found: 'a version', expected: 'nothing in a partial answer' };
      }
    }),
  },
  {
    id: 'sync/upgrade',
    demand: 'a revision to upgrade to comes with the word "grpc": the agent would not know where to get it',
    check: onTelling(function* ({ answer }) {
      const { revision = '', self_update_url: url = '' } = answer;
      if (revision !== '' && url !== 'grpc') yield { field: 'self_update_url', found: `"${url}"`, expected: '"grpc"' };
    }),
  },
];
