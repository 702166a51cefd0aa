import type { MessageOutput } from '../../wire/message-types.js';
import { messageType } from '../../wire/protos.js';

/** An answer of this server, decoded again, with what it answers. */
export type CheckedAnswer =
  | CheckedSync<'agent'>
  | CheckedSync<'trident'>
  | { readonly method: 'Query'; readonly request: Buffer; readonly answer: Buffer }
  | { readonly method: 'GenesisSync'; readonly asked: bigint; readonly answered: bigint | null }
  | { readonly method: 'GetKubernetesClusterID'; readonly clusterId: string; readonly errorMsg: string };

export interface CheckedSync<P extends 'agent' | 'trident'> {
  readonly method: 'Sync';
  readonly package: P;
  readonly request: MessageOutput<`${P}.SyncRequest`>;
  readonly answer: MessageOutput<`${P}.SyncResponse`>;
  /** Of the answer, bytes. */
  readonly size: number;
  /** The agent has these by now: of a stream what it was sent, else what its request says. */
  readonly has: { readonly platformData: string; readonly acls: string; readonly groups: string };
  /** Port and address that the agent reached; null where that is not known. */
  readonly reached: boolean;
}

/** The bytes of a call and its answer. */
export interface AnswerBytes {
  readonly path: string;
  readonly request: Uint8Array;
  readonly response: Uint8Array;
  /** The address that the client reached is known. */
  readonly reached: boolean;
  /** Versions that the stream was sent; absent for answers to calls. */
  readonly sent?: { readonly platformData: number; readonly acls: number; readonly groups: number };
}

/**
 * Null where no check looks at answers of this kind.
 *
 * @throws Error where the answer is no message of its type
 */
export function decodeAnswer({ path, request, response, reached, sent }: AnswerBytes): CheckedAnswer | null {
  const name = path.startsWith('/agent.') ? 'agent' : 'trident';
  const has = (of: { version_platform_data?: string; version_acls?: string; version_groups?: string }) => ({
    platformData: String(sent?.platformData ?? of.version_platform_data ?? 0),
    acls: String(sent?.acls ?? of.version_acls ?? 0),
    groups: String(sent?.groups ?? of.version_groups ?? 0),
  });
  switch (path.slice(path.lastIndexOf('/') + 1)) {
    case 'Sync':
    case 'Push': {
      const size = response.length;
      if (name === 'agent') {
        const asked = messageType('agent.SyncRequest').decode(request);
        const answer = messageType('agent.SyncResponse').decode(response);
        return { method: 'Sync', package: 'agent', request: asked, answer, size, has: has(asked), reached };
      }
      const asked = messageType('trident.SyncRequest').decode(request);
      const answer = messageType('trident.SyncResponse').decode(response);
      return { method: 'Sync', package: 'trident', request: asked, answer, size, has: has(asked), reached };
    }
    case 'Query':
      return {
        method: 'Query',
        request: messageType(`${name}.NtpRequest`).decode(request).request ?? Buffer.alloc(0),
        answer: messageType(`${name}.NtpResponse`).decode(response).response ?? Buffer.alloc(0),
      };
    case 'GenesisSync': {
      const { version } = messageType(`${name}.GenesisSyncResponse`).decode(response);
      return {
        method: 'GenesisSync',
        asked: BigInt(messageType(`${name}.GenesisSyncRequest`).decode(request).version ?? 0),
        answered: version === undefined ? null : BigInt(version),
      };
    }
    case 'GetKubernetesClusterID': {
      const answer = messageType(`${name}.KubernetesClusterIDResponse`).decode(response);
      const { cluster_id: clusterId = '', error_msg: errorMsg = '' } = answer;
      return { method: 'GetKubernetesClusterID', clusterId, errorMsg };
    }
    default:
      return null;
  }
}
