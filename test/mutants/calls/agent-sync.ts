import type { MessageInput, MessageName } from '../../../src/wire/message-types.js';
import { messageType } from '../../../src/wire/protos.js';
import type { CallMutant } from '../call-mutant.js';
import { isHeartbeat, type RecordedCall } from '../recording.js';

type Calls = readonly RecordedCall[];

/** Mutants of an agent that lets the server manage it. */
export const agentSyncMutants: readonly CallMutant[] = [
  {
    rule: 'sync/identifies-itself',
    name: 'without-mac',
    does: 'It sends no ctrl_mac.',
    of: 'sync',
    change: (calls) => changeMessages(calls, 'Sync', 'SyncRequest', () => ({ ctrl_mac: '' })),
  },
  {
    rule: 'sync/identifies-itself',
    name: 'changes',
    does: 'It takes another ctrl_mac with its fourth Sync.',
    of: 'sync',
    change: (calls) =>
      changeMessages(calls, 'Sync', 'SyncRequest', (_, index) => (index < 4 ? {} : { ctrl_mac: '02:00:00:00:00:99' })),
  },
  {
    rule: 'sync/describes-itself',
    name: 'without-host',
    does: 'It does not tell the name of its machine.',
    of: 'sync',
    change: (calls) => changeMessages(calls, 'Sync', 'SyncRequest', () => ({ host: '' })),
  },
  {
    rule: 'sync/keeps-interval',
    name: 'seldom',
    does: 'It calls Sync every 20 seconds instead of every second.',
    of: 'sync',
    change: (calls) => calls.map((call, index) => ({ ...call, at: 20 * index })).filter(isNoReport),
  },
  {
    rule: 'sync/keeps-interval',
    name: 'often',
    does: 'It calls Sync ten times in a second instead of once.',
    of: 'sync',
    change: (calls) => calls.filter(isNoReport).map((call, index) => ({ ...call, at: 0.1 * index })),
  },
  {
    rule: 'sync/adopts-configuration',
    name: 'no-versions',
    does: 'It never names the versions that it was given.',
    of: 'sync',
    change: (calls) =>
      changeMessages(calls, 'Sync', 'SyncRequest', () => ({
        version_platform_data: '0',
        version_acls: '0',
        version_groups: '0',
      })),
  },
  {
    rule: 'sync/watch-flag-honoured',
    name: 'goes-on',
    does: 'It goes on to report though every Sync says that another agent was chosen.',
    of: 'sync',
    change: (calls) =>
      calls.map((call) =>
        isOf(call, 'Sync') && call.answer !== undefined ? { ...call, answer: unseated(call) } : call,
      ),
  },
  {
    rule: 'sync/ntp-sane',
    name: 'short',
    does: 'It asks for the time with a packet of 8 bytes.',
    of: 'sync',
    change: (calls) => changeMessages(calls, 'Query', 'NtpRequest', () => ({ request: Buffer.alloc(8, 0x23) })),
  },
  {
    rule: 'genesis/version-handshake',
    name: 'zero',
    does: 'It calls GenesisSync with version 0.',
    of: 'sync',
    change: (calls) => changeMessages(calls, 'GenesisSync', 'GenesisSyncRequest', () => ({ version: '0' })),
  },
  {
    rule: 'genesis/version-handshake',
    name: 'never-data',
    does: 'It never sends its data, which the server asks for each time.',
    of: 'sync',
    change: (calls) => {
      const end = calls.at(-1)?.at ?? 0;
      const later = calls.filter((call) => isOf(call, 'GenesisSync')).map((call) => ({ ...call, at: end }));
      const silent = { platform_data: null };
      return changeMessages([...calls, ...later], 'GenesisSync', 'GenesisSyncRequest', () => silent).map((call) =>
        isOf(call, 'GenesisSync') ? { ...call, answer: new Uint8Array(0) } : call,
      );
    },
  },
  {
    rule: 'genesis/version-handshake',
    name: 'same-version',
    does: 'It sends other data under the same version.',
    of: 'sync',
    change: (calls) => {
      const one = calls.find((call) => isOf(call, 'GenesisSync'));
      if (one === undefined) return calls;
      const other = changeMessages(
        [{ ...one, at: (calls.at(-1)?.at ?? 0) + 1 }],
        'GenesisSync',
        'GenesisSyncRequest',
        ({ platform_data }) => ({
          platform_data: { ...platform_data, raw_hostname: 'another-name' },
        }),
      );
      return [...calls, ...other];
    },
  },
  {
    rule: 'genesis/reports-nics',
    name: 'none',
    does: 'It sends data without NICs.',
    of: 'sync',
    change: (calls) =>
      changeMessages(calls, 'GenesisSync', 'GenesisSyncRequest', () => ({ platform_data: { raw_hostname: 'node-1' } })),
  },
  {
    rule: 'genesis/reports-nics',
    name: 'without-mask',
    does: 'It sends addresses without the length of their mask.',
    of: 'sync',
    change: (calls) =>
      changeMessages(calls, 'GenesisSync', 'GenesisSyncRequest', () => ({
        platform_data: { interfaces: [{ name: 'eth0', mac: '2199023255561', ip: ['10.0.0.9'] }] },
      })),
  },
];

function isOf({ path = '' }: RecordedCall, method: string): boolean {
  return path.endsWith(`.Synchronizer/${method}`);
}

function isNoReport(call: RecordedCall): boolean {
  return !isHeartbeat(call);
}

/** A message in either package: fields that only one of them has are left out there. */
type Fields = { readonly platform_data?: MessageInput<'agent.GenesisSyncRequest'>['platform_data'] } & Readonly<
  Record<string, unknown>
>;

/** @param change what is different in the messages of one method; given how many came before */
function changeMessages(
  calls: Calls,
  method: string,
  name: 'SyncRequest' | 'NtpRequest' | 'GenesisSyncRequest',
  change: (message: Fields, index: number) => Fields,
): Calls {
  let index = 0;
  return calls.map((call) => {
    if (!isOf(call, method) || call.bytes === undefined) return call;
    const full: MessageName = `${call.path?.startsWith('/agent.') ? 'agent' : 'trident'}.${name}`;
    const type = messageType(full);
    const message = type.decode(call.bytes) as Fields;
    const bytes = type.encode({ ...message, ...change(message, index) } as object);
    index += 1;
    return { ...call, bytes };
  });
}

function unseated({ path, answer = new Uint8Array(0) }: RecordedCall): Uint8Array {
  if (path?.startsWith('/agent.')) {
    const type = messageType('agent.SyncResponse');
    const { dynamic_config, ...rest } = type.decode(answer);
    return type.encode({ ...rest, dynamic_config: { ...dynamic_config, kubernetes_api_enabled: false } } as object);
  }
  const type = messageType('trident.SyncResponse');
  const { config, ...rest } = type.decode(answer);
  return type.encode({ ...rest, config: { ...config, kubernetes_api_enabled: false } } as object);
}
