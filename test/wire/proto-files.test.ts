import type protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { schema } from '../../src/wire/schema.js';

/** `number name type`, in order of number. */
function fieldsOf(name: string): string[] {
  return schema
    .lookupType(name)
    .fieldsArray.toSorted((left, right) => left.id - right.id)
    .map((field) => `${field.id} ${field.name} ${field.repeated ? 'repeated ' : ''}${field.type}`);
}

function messagesOf(name: string): protobuf.Type[] {
  const space = schema.lookup(name) as protobuf.Namespace;
  return space.nestedArray.filter((nested): nested is protobuf.Type => 'fieldsById' in nested);
}

const identical = [
  ...['Segment', 'IpResource', 'PeerConnection', 'Container', 'FlowAcls', 'SkipInterface', 'UpgradeResponse'],
  ...[
    'NtpRequest',
    'NtpResponse',
    'PluginRequest',
    'PluginResponse',
    'PluginConfig',
    'GenesisPlatformData',
    'Ip',
    'Lldp',
  ],
  ...['InterfaceInfo', 'Tag', 'GenesisProcessData', 'GenesisSyncResponse', 'KubernetesClusterIDRequest'],
  ...[
    'KubernetesClusterIDResponse',
    'KubernetesAPISyncResponse',
    'Pcap',
    'PcapBatch',
    'GPIDSyncEntry',
    'GPIDSyncResponse',
  ],
  ...['ShareGPIDSyncRequests', 'AgentCacheRequest', 'AgentCacheResponse', 'GlobalGPIDEntry', 'GPIDGlobalData'],
  ...['RealClientToRealServer', 'RealGlobalData', 'RipToVip', 'RVData', 'LinuxNamespace', 'Parameter'],
];

describe('the .proto files', () => {
  it.each(identical)('have the same %s in both packages', (name) => {
    expect(fieldsOf(`trident.${name}`)).toEqual(fieldsOf(`agent.${name}`));
  });

  it('have the KubernetesAPISync that both packages send', () => {
    const request = ['1 cluster_id string', '2 version uint64', '3 error_msg string', '4 agent_id uint32'];
    const rest = ['5 source_ip string', '6 team_id string'];
    expect(fieldsOf('agent.KubernetesAPISyncRequest')).toEqual([
      ...request,
      ...rest,
      '10 entries repeated KubernetesAPIInfo',
    ]);
    expect(fieldsOf('trident.KubernetesAPISyncRequest')).toEqual([
      ...request.with(3, '4 vtap_id uint32'),
      ...rest,
      '10 entries repeated common.KubernetesAPIInfo',
    ]);
    const entry = ['1 type string', '2 info string', '3 compressed_info bytes'];
    expect(fieldsOf('agent.KubernetesAPIInfo')).toEqual(entry);
    expect(fieldsOf('common.KubernetesAPIInfo')).toEqual(entry);
  });

  it('have the numbers that differ between the packages', () => {
    const numbers = (name: string) => Object.keys(schema.lookupType(name).fieldsById).map(Number);
    expect(numbers('agent.UpgradeRequest')).toEqual([1, 2, 3]);
    expect(numbers('trident.UpgradeRequest')).toEqual([1, 3, 4]);
    expect(numbers('agent.Interface')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(numbers('trident.Interface')).toEqual([
      1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 21, 22, 23, 24, 25, 26, 27, 28, 29, 100,
    ]);
    expect(numbers('agent.Cidr')).toEqual([1, 2, 3, 4, 5, 20]);
    expect(numbers('trident.Cidr')).toEqual([1, 2, 3, 4, 5, 6, 7, 20]);
    expect(numbers('agent.FlowAcl')).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(numbers('trident.FlowAcl')).toEqual([1, 2, 6, 7, 8, 9, 11, 12, 13]);
    expect(numbers('agent.SyncResponse')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 20, 21, 30, 31]);
    expect(numbers('trident.SyncResponse')).toEqual([
      1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 17, 18, 19, 20, 21,
    ]);
  });

  it('hold no message in itself, which lets checkMessage recurse', () => {
    const visit = (type: protobuf.Type, path: readonly protobuf.Type[]): void => {
      expect(path, type.fullName).not.toContain(type);
      for (const field of type.fieldsArray) {
        const inner = field.resolvedType;
        if (inner !== null && 'fieldsById' in inner) visit(inner, [...path, type]);
      }
    };
    for (const name of ['agent', 'trident', 'common']) {
      for (const type of messagesOf(name)) visit(type, []);
    }
  });

  it('hold no required and no packed field', () => {
    const all = ['agent', 'trident', 'common'].flatMap(messagesOf).flatMap((type) => type.fieldsArray);
    expect(all.length).toBeGreaterThan(700);
    expect(all.filter((field) => field.required || field.packed).map((field) => field.fullName)).toEqual([]);
  });
});
