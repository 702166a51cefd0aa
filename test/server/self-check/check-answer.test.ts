import { describe, expect, it } from 'vitest';
import { checkAnswer, selfChecks } from '../../../src/server/self-check/check-answer.js';
import { selfCheckFaultText } from '../../../src/server/self-check/self-check.js';
import { answerNtp } from '../../../src/server/services/ntp.js';
import type { MessageInput } from '../../../src/wire/message-types.js';
import { messageType } from '../../../src/wire/protos.js';

const communication =
  'proxy_controller_ip: 1.2.3.4, proxy_controller_port: 30035, ingester_ip: 1.2.3.4, ingester_port: 30033';
const good = {
  status: 'SUCCESS',
  user_config: `global: {communication: {${communication}}}`,
  dynamic_config: {
    ...{ enabled: true, kubernetes_api_enabled: false, agent_type: 'TT_VM_POD' },
    ...{ agent_id: 1, region_id: 1, vpc_id: 1, team_id: 1, organize_id: 1 },
  },
  version_platform_data: 5,
  platform_data: messageType('agent.PlatformData').encode({ cidrs: [{ prefix: '10.0.0.0/8' }] }),
} as const satisfies MessageInput<'agent.SyncResponse'>;

const oldConfig = {
  trident_type: 'TT_VM_POD',
  ...{ enabled: true, kubernetes_api_enabled: false },
  ...{ vtap_id: 1, region_id: 1, epc_id: 1, team_id: 1, organize_id: 1 },
  ...{ proxy_controller_ip: '1.2.3.4', proxy_controller_port: 30035, analyzer_ip: '1.2.3.4', analyzer_port: 30033 },
} as const;
const goodOld = { status: 'SUCCESS', config: oldConfig } as const satisfies MessageInput<'trident.SyncResponse'>;

function brokenBy(answer: MessageInput<'agent.SyncResponse'>, request: MessageInput<'agent.SyncRequest'> = {}) {
  const path = '/agent.Synchronizer/Sync';
  const bytes = {
    request: messageType('agent.SyncRequest').encode(request),
    response: messageType('agent.SyncResponse').encode(answer),
  };
  return checkAnswer({ path, ...bytes, reached: true }).map(({ check, field }) => [check, field]);
}

function brokenByOld(answer: MessageInput<'trident.SyncResponse'>) {
  const path = '/trident.Synchronizer/Sync';
  const response = messageType('trident.SyncResponse').encode(answer);
  return checkAnswer({ path, request: Buffer.alloc(0), response, reached: true }).map(({ check, field }) => [
    check,
    field,
  ]);
}

function acls(action: object): Buffer {
  return messageType('agent.FlowAcls').encode({ flow_acl: [{ npb_actions: [action] }] });
}

/** What breaks a demand, with the check and the field that it is told by. */
const breaking: readonly (readonly [
  string,
  string,
  MessageInput<'agent.SyncResponse'>,
  MessageInput<'agent.SyncRequest'>?,
])[] = [
  ['sync/status', 'status', { ...good, status: 'CLUSTER_ID_NOT_FOUND' }],
  ['sync/configuration', 'user_config', { ...good, user_config: '' }],
  ['sync/configuration', 'user_config', { ...good, user_config: '- a list' }],
  ['sync/configuration', 'user_config', { ...good, user_config: 'a: [' }],
  [
    'sync/dynamic-config',
    'dynamic_config.enabled',
    { ...good, dynamic_config: { kubernetes_api_enabled: true, agent_type: 'TT_VM' } },
  ],
  [
    'sync/dynamic-config',
    'dynamic_config.agent_type',
    { ...good, dynamic_config: { enabled: false, kubernetes_api_enabled: true } },
  ],
  ['sync/identity', 'dynamic_config.agent_id', { ...good, dynamic_config: { ...good.dynamic_config, agent_id: 0 } }],
  [
    'sync/identity',
    'dynamic_config.agent_id',
    { ...good, dynamic_config: { ...good.dynamic_config, agent_id: 64_001 } },
  ],
  ['sync/identity', 'dynamic_config.vpc_id', { ...good, dynamic_config: { ...good.dynamic_config, vpc_id: 0 } }],
  [
    'sync/addresses',
    'user_config: global.communication.ingester_port',
    { ...good, user_config: good.user_config.replace('30033', '0') },
  ],
  [
    'sync/addresses',
    'user_config: global.communication.proxy_controller_ip',
    { ...good, user_config: good.user_config.replace('_ip: 1.2.3.4', '_ip: ""') },
  ],
  ['sync/bytes-with-version', 'groups', { ...good, version_groups: 3 }],
  ['sync/bytes-with-version', 'flow_acls', { ...good, version_acls: 3 }, { version_acls: 2 }],
  ['sync/no-needless-bytes', 'platform_data', good, { version_platform_data: 5 }],
  ['sync/no-needless-bytes', 'platform_data', { ...good, version_platform_data: 0 }],
  ['sync/size', '(the whole)', { ...good, user_config: `${good.user_config}\nx: ${'y'.repeat(1024 * 1024)}` }],
  ['sync/size', '(the whole)', good, { current_grpc_buffer_size: 10 }],
  [
    'sync/partial',
    'new_grpc_buffer_size',
    { ...good, version_platform_data: 0, platform_data: '', only_partial_fields: true },
  ],
  ['sync/partial', 'platform_data', { ...good, only_partial_fields: true, new_grpc_buffer_size: 4_000_000 }],
  ['sync/upgrade', 'self_update_url', { ...good, revision: 'main 2' }],
  ['data/decodes', 'platform_data', { ...good, platform_data: Buffer.from([0x0a, 9]) }],
  [
    'data/policies',
    'flow_acls: npb_actions.tunnel_type',
    { ...good, version_acls: 3, flow_acls: acls({ packet_capture_side: 'SRC' }) },
  ],
  [
    'data/policies',
    'flow_acls: npb_actions.packet_capture_side',
    { ...good, version_acls: 3, flow_acls: acls({ tunnel_type: 'VXLAN' }) },
  ],
  ['data/skip-interface', 'skip_interface.mac', { ...good, skip_interface: [{}] }],
  ['data/segments', 'local_segments.vmac', { ...good, local_segments: [{ id: 1, mac: ['a'], vmac: [] }] }],
  [
    'data/cidrs',
    'platform_data: cidrs.prefix',
    { ...good, platform_data: messageType('agent.PlatformData').encode({ cidrs: [{ prefix: '10.0.0.0' }] }) },
  ],
];

describe('an answer to Sync', () => {
  it('that keeps every demand is passed', () => {
    expect(brokenBy(good)).toEqual([]);
    expect(brokenBy({ status: 'FAILED', revision: 'main 1' })).toEqual([]);
    expect(brokenBy({ status: 'HEARTBEAT' })).toEqual([]);
    expect(brokenByOld(goodOld)).toEqual([]);
  });

  it.each(breaking.map(([check, field, answer, request = {}]) => ({ check, field, answer, request })))(
    'that breaks $check is told by $field',
    ({ check, field, answer, request }) => {
      expect(brokenBy(answer, request)).toContainEqual([check, field]);
    },
  );

  it.each([
    ['sync/configuration', 'config', { status: 'SUCCESS' }],
    ['sync/dynamic-config', 'config.enabled', { ...goodOld, config: { ...oldConfig, enabled: undefined } }],
    ['sync/identity', 'config.vtap_id', { ...goodOld, config: { ...oldConfig, vtap_id: 0 } }],
    ['sync/addresses', 'config.analyzer_port', { ...goodOld, config: { ...oldConfig, analyzer_port: 0 } }],
  ] as const)('of the former package that breaks %s is told by %s', (check, field, answer) => {
    expect(brokenByOld(JSON.parse(JSON.stringify(answer)))).toContainEqual([check, field]);
  });

  it('is held against what the stream was sent, not against its first request', () => {
    const request = messageType('agent.SyncRequest').encode({});
    const response = messageType('agent.SyncResponse').encode(good);
    const bytes = { path: '/agent.Synchronizer/Push', request, response, reached: true };
    expect(checkAnswer({ ...bytes, sent: { platformData: 4, acls: 0, groups: 0 } })).toEqual([]);
    expect(checkAnswer({ ...bytes, sent: { platformData: 5, acls: 0, groups: 0 } })).toMatchObject([
      { check: 'sync/no-needless-bytes', call: '/agent.Synchronizer/Push' },
    ]);
  });

  it('that is no message is told', () => {
    const bytes = { path: '/agent.Synchronizer/Sync', request: Buffer.alloc(0), response: Buffer.from([0x0a, 9]) };
    expect(checkAnswer({ ...bytes, reached: true })).toMatchObject([{ check: 'decodes', field: '(the whole)' }]);
  });
});

describe('an answer to Query', () => {
  const question = Buffer.alloc(48);
  question.writeUInt8((4 << 3) | 3, 0);
  question.writeBigUInt64BE(77n, 40);
  const right = answerNtp(question, 1_700_000_000_000) ?? Buffer.alloc(0);
  const changed = (change: (packet: Buffer) => void) => {
    const packet = Buffer.from(right);
    change(packet);
    return packet;
  };

  function broken(response: Buffer, request = question) {
    const path = '/agent.Synchronizer/Query';
    const bytes = {
      request: messageType('agent.NtpRequest').encode({ request }),
      response: messageType('agent.NtpResponse').encode({ response }),
    };
    return checkAnswer({ path, ...bytes, reached: true }).map(({ field }) => field);
  }

  it('is passed where it is right, or empty for what is no question', () => {
    expect(broken(right)).toEqual([]);
    expect(broken(Buffer.alloc(0), Buffer.from('?'))).toEqual([]);
  });

  it.each([
    ['response', Buffer.alloc(0)],
    ['response: mode', changed((packet) => packet.writeUInt8((4 << 3) | 3, 0))],
    ['response: originate', changed((packet) => packet.writeBigUInt64BE(78n, 24))],
    ['response: transmit', changed((packet) => packet.fill(0, 40))],
    ['response: receive', changed((packet) => packet.writeBigUInt64BE(2n ** 64n - 1n, 32))],
  ])('is told by %s where it is wrong', (field, response) => {
    expect(broken(response)).toContain(field);
  });
});

describe('other answers', () => {
  it('are told where they say a version to who said none', () => {
    const response = messageType('agent.GenesisSyncResponse').encode({ version: 3 });
    const bytes = { path: '/agent.Synchronizer/GenesisSync', request: Buffer.alloc(0), response, reached: true };
    expect(checkAnswer(bytes)).toMatchObject([{ check: 'genesis/version' }]);
  });

  it('are told where they give neither a cluster id nor a reason', () => {
    const path = '/agent.Synchronizer/GetKubernetesClusterID';
    const bytes = { path, request: Buffer.alloc(0), response: Buffer.alloc(0), reached: true };
    const [fault] = checkAnswer(bytes);
    expect(fault && selfCheckFaultText(fault)).toBe(
      `self-check cluster-id/says-something: the answer to ${path} has in cluster_id nothing, expected an id or an error_msg`,
    );
  });

  it('are not looked at where nobody demands anything', () => {
    const bytes = {
      path: '/agent.Synchronizer/GPIDSync',
      request: Buffer.alloc(0),
      response: Buffer.from([9]),
      reached: true,
    };
    expect(checkAnswer(bytes)).toEqual([]);
  });
});

describe('the checks', () => {
  it('are each seen to fail above', () => {
    const elsewhere = ['query/packet', 'genesis/version', 'cluster-id/says-something'];
    const seen = new Set([...breaking.map(([check]) => check), ...elsewhere]);
    expect(selfChecks.map(({ id }) => id).filter((id) => !seen.has(id))).toEqual([]);
  });
});
