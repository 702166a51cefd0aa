import protobuf from 'protobufjs';
import { parseMac } from '../../platform/mac.js';
import { messageType } from '../../wire/protos.js';
import type { ViewCidr, ViewGroup, ViewInterface } from './platform-view.js';

/** Turns what agents are told of into pieces of messages: pieces one behind the other are a message with all of them. */
export interface PlatformEncoding {
  /** A piece of PlatformData. */
  interface(view: ViewInterface): Buffer;
  /** A piece of PlatformData. */
  cidr(cidr: ViewCidr): Buffer;
  /** A piece of Groups. */
  group(group: ViewGroup): Buffer;
}

/** Codes of the real server's tables. */
const lan = 4;
const deviceTypes = { pod: 10, node: 14, host: 1 } as const;

export const regionId = 1;

/** Field numbers of Interface. 0: the package has no such field. */
const numbers = {
  agent: {
    ...{ id: 1, deviceType: 2, deviceId: 0, ifType: 3, epc: 4, ip: 5, region: 6, mac: 7 },
    ...{ node: 8, pod: 0, cluster: 9 },
  },
  trident: {
    ...{ id: 1, deviceType: 2, deviceId: 3, ifType: 4, epc: 6, ip: 8, region: 10, mac: 11 },
    ...{ node: 21, pod: 25, cluster: 26 },
  },
} as const;

/** Of `interfaces` in PlatformData, of both packages. */
const interfacesField = 1;
const ipField = 1;
const masklenField = 2;

/** @param podClusterId 0: not known */
export function createPlatformEncoding(name: 'agent' | 'trident', podClusterId: number): PlatformEncoding {
  const fields = numbers[name];
  const data = messageType(`${name}.PlatformData`);
  const groups = messageType(`${name}.Groups`);

  /** By hand: 100,000 of them in the way of all messages would hold the server up for seconds. */
  function encodeInterface(view: ViewInterface): Buffer {
    const writer = protobuf.Writer.create();
    const number = (field: number, value: number) => {
      if (field !== 0 && value !== 0) writer.uint32(field << 3).uint32(value);
    };
    writer.uint32((interfacesField << 3) | 2).fork();
    number(fields.id, view.id);
    number(fields.deviceType, deviceTypes[view.owner.type]);
    number(fields.deviceId, view.id);
    number(fields.ifType, lan);
    number(fields.epc, view.epc);
    for (const { ip, prefix } of view.ips) {
      writer.uint32((fields.ip << 3) | 2).fork();
      writer.uint32((ipField << 3) | 2).string(ip);
      number(masklenField, prefix);
      writer.ldelim();
    }
    number(fields.region, regionId);
    writer.uint32(fields.mac << 3).uint64(parseMac(view.mac) ?? 0);
    number(fields.node, view.nodeId);
    number(fields.pod, view.owner.type === 'pod' ? view.id : 0);
    number(fields.cluster, podClusterId);
    const bytes = writer.ldelim().finish();
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  return {
    interface: encodeInterface,
    cidr: ({ prefix, type, epc }) => data.encode({ cidrs: [{ prefix, type, epc_id: epc, region_id: regionId }] }),
    group: ({ id, epc, ips }) => groups.encode({ groups: [{ id, epc_id: epc, type: 'NAMED', ips: [...ips] }] }),
  };
}
