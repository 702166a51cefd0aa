import { isIP } from 'node:net';
import { messageType } from '../../wire/protos.js';
import type { CheckedAnswer, CheckedSync } from './checked-answer.js';
import type { BrokenDemand, SelfCheck } from './self-check.js';

type Sync = CheckedSync<'agent'> | CheckedSync<'trident'>;

function onSync(check: (answer: Sync) => Iterable<BrokenDemand>): SelfCheck['check'] {
  return (answer: CheckedAnswer) => (answer.method === 'Sync' ? check(answer) : []);
}

function* decodes(
  field: string,
  bytes: Buffer | undefined,
  decode: (bytes: Buffer) => string | null,
): Generator<BrokenDemand> {
  if (bytes === undefined) return;
  const problem = decode(bytes);
  if (problem !== null) yield { field, found: problem, expected: 'a message that can be read' };
}

/** Checks of what the answer carries as bytes, and of lists whose elements agents take for whole. */
export const dataChecks: readonly SelfCheck[] = [
  {
    id: 'data/decodes',
    demand: 'platform data, policies and groups are messages of their types',
    check: onSync(function* ({ package: name, answer }) {
      const decoder = (type: 'PlatformData' | 'FlowAcls' | 'Groups') => (bytes: Buffer) =>
        messageType(`${name}.${type}`).tryDecode(bytes).problem;
      yield* decodes('platform_data', answer.platform_data, decoder('PlatformData'));
      yield* decodes('flow_acls', answer.flow_acls, decoder('FlowAcls'));
      yield* decodes('groups', answer.groups, decoder('Groups'));
    }),
  },
  {
    id: 'data/policies',
    demand: 'each action of a policy says its tunnel and its side: the agent crashes otherwise',
    check: onSync(function* ({ package: name, answer }) {
      if (answer.flow_acls === undefined) return;
      if (name === 'agent') {
        const { message } = messageType('agent.FlowAcls').tryDecode(answer.flow_acls);
        for (const action of (message?.flow_acl ?? []).flatMap((acl) => acl.npb_actions ?? [])) {
          if (action.tunnel_type === undefined) yield missing('flow_acls: npb_actions.tunnel_type');
          if (action.packet_capture_side === undefined) yield missing('flow_acls: npb_actions.packet_capture_side');
        }
        return;
      }
      const { message } = messageType('trident.FlowAcls').tryDecode(answer.flow_acls);
      for (const action of (message?.flow_acl ?? []).flatMap((acl) => acl.npb_actions ?? [])) {
        if (action.tunnel_type === undefined) yield missing('flow_acls: npb_actions.tunnel_type');
        if (action.tap_side === undefined) yield missing('flow_acls: npb_actions.tap_side');
      }
    }),
  },
  {
    id: 'data/skip-interface',
    demand: 'each NIC to skip has its MAC: the agent crashes otherwise',
    check: onSync(function* ({ answer }) {
      for (const { mac } of answer.skip_interface ?? []) if (mac === undefined) yield missing('skip_interface.mac');
    }),
  },
  {
    id: 'data/segments',
    demand: 'a segment has as many MACs of both kinds: the agent passes over it otherwise',
    check: onSync(function* ({ answer }) {
      for (const field of ['local_segments', 'remote_segments'] as const) {
        for (const { mac = [], vmac = [] } of answer[field] ?? []) {
          if (mac.length === vmac.length) continue;
          yield { field: `${field}.vmac`, found: `${vmac.length} for ${mac.length} of mac`, expected: 'as many' };
        }
      }
    }),
  },
  {
    id: 'data/cidrs',
    demand: 'each range of addresses can be read: the agent leaves it out otherwise',
    check: onSync(function* ({ package: name, answer }) {
      if (answer.platform_data === undefined) return;
      const { message } = messageType(`${name}.PlatformData`).tryDecode(answer.platform_data);
      for (const { prefix = '' } of message?.cidrs ?? []) {
        const [address = '', length] = prefix.split('/');
        const isRange = isIP(address) !== 0 && length !== undefined && /^\d{1,3}$/.test(length);
        if (!isRange)
          yield { field: 'platform_data: cidrs.prefix', found: JSON.stringify(prefix), expected: 'address/length' };
      }
    }),
  },
];

function missing(field: string): BrokenDemand {
  return { field, found: 'nothing', expected: 'a value' };
}
