import { messageType } from '../../wire/protos.js';

/** What an agent is asked to do. */
export type RemoteOrder =
  | { readonly kind: 'list-commands' }
  | { readonly kind: 'list-namespaces' }
  | {
      readonly kind: 'run';
      /** `ident` of one of its commands. */
      readonly command: string;
      readonly parameters?: Readonly<Record<string, string>>;
      /** A process in whose network namespace the command runs; default: the agent's own. */
      readonly namespacePid?: number;
      /** How large the pieces of the output may be, bytes. Default 1 MiB. */
      readonly batchBytes?: number;
    };

export type RemoteResult =
  | { readonly kind: 'commands'; readonly commands: readonly RemoteCommand[] }
  | { readonly kind: 'namespaces'; readonly namespaces: readonly RemoteNamespace[] }
  | {
      readonly kind: 'output';
      /** Exit code of the command. */
      readonly errno: number;
      readonly content: Buffer;
      /** Hex, checked. */
      readonly md5: string;
      /** Pieces in which it came. */
      readonly pieces: number;
    };

export interface RemoteCommand {
  readonly ident: string;
  readonly text: string;
  readonly kind: string;
  readonly parameters: readonly { readonly name: string; readonly required: boolean; readonly regex: string }[];
}

export interface RemoteNamespace {
  readonly id: string;
  readonly type: string;
  readonly user: string;
  readonly pid: number;
  readonly command: string;
}

/** Why there is no result. */
export type RemoteFailure =
  /** No such agent holds a stream. */
  | 'not-connected'
  /** Its stream ended before the result was whole. */
  | 'agent-gone'
  | 'timeout'
  /** Too many commands wait for this agent already. */
  | 'busy'
  /** The agent says why not. */
  | 'refused'
  /** Length, number of pieces or MD5 are not those that the agent announces. */
  | 'damaged'
  | 'too-large';

export class RemoteExecuteError extends Error {
  constructor(
    readonly failure: RemoteFailure,
    message: string,
  ) {
    super(message);
    this.name = 'RemoteExecuteError';
  }
}

const executionTypes = {
  'list-commands': 'LIST_COMMAND',
  'list-namespaces': 'LIST_NAMESPACE',
  run: 'RUN_COMMAND',
} as const satisfies Record<RemoteOrder['kind'], string>;

/** The same bytes in both packages. */
const request = messageType('agent.RemoteExecRequest');

export const heartbeatAnswer: Uint8Array = request.encode({ request_id: '0' });

export function encodeOrder(id: number, order: RemoteOrder): Uint8Array {
  const common = { request_id: String(id), exec_type: executionTypes[order.kind] };
  if (order.kind !== 'run') return request.encode(common);
  const { command, parameters = {}, namespacePid, batchBytes } = order;
  return request.encode({
    ...common,
    command_ident: command,
    params: Object.entries(parameters).map(([key, value]) => ({ key, value })),
    ...(namespacePid === undefined ? {} : { linux_ns_pid: namespacePid }),
    ...(batchBytes === undefined ? {} : { batch_len: batchBytes }),
  });
}
