import protobuf from 'protobufjs';
import { messageType } from '../../src/wire/protos.js';

/** The part of a SyncResponse that an agent of this benchmark acts on. */
export interface ReadAnswer {
  readonly status: number;
  readonly agentId: number;
  readonly watches: boolean;
  readonly versions: { platform: string; acls: string; groups: string };
  readonly isPartial: boolean;
  /** Bytes; 0: as before. */
  readonly newBuffer: number;
}

const dynamicConfig = messageType('agent.DynamicConfig');

/** Passes over the data: thousands of agents in one process cannot take them apart. */
export function readAnswer(bytes: Buffer): ReadAnswer {
  const reader = protobuf.Reader.create(bytes);
  const answer = {
    ...{ status: 0, agentId: 0, watches: false, isPartial: false, newBuffer: 0 },
    versions: { platform: '0', acls: '0', groups: '0' },
  };
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    switch (tag >>> 3) {
      case 1:
        answer.status = reader.int32();
        break;
      case 5:
        answer.versions.platform = String(reader.uint64());
        break;
      case 6:
        answer.versions.acls = String(reader.uint64());
        break;
      case 7:
        answer.versions.groups = String(reader.uint64());
        break;
      case 20: {
        const config = dynamicConfig.decode(reader.bytes());
        answer.agentId = config.agent_id ?? 0;
        answer.watches = config.kubernetes_api_enabled ?? false;
        break;
      }
      case 30:
        answer.isPartial = reader.bool();
        break;
      case 31:
        answer.newBuffer = Number(reader.uint64());
        break;
      default:
        reader.skipType(tag & 7);
    }
  }
  return answer;
}
