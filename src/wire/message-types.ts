import type { MessageTypeDefinition } from '@grpc/proto-loader';
import type { ProtoGrpcType as AgentTypes } from './generated/agent.js';
import type { ProtoGrpcType as TridentTypes } from './generated/trident.js';

type Packages = AgentTypes & TridentTypes;

/** Full name of a message to its two TypeScript forms. */
type Messages = {
  [P in keyof Packages]: {
    [N in keyof Packages[P] & string as Packages[P][N] extends MessageTypeDefinition<infer _In, infer _Out>
      ? `${P}.${N}`
      : never]: Packages[P][N] extends MessageTypeDefinition<infer In, infer Out> ? { input: In; output: Out } : never;
  };
};

type AllMessages = Messages['agent'] & Messages['trident'] & Messages['common'];

/** Full name of a message, e.g. `agent.SyncRequest`. */
export type MessageName = keyof AllMessages;

/** What can be encoded as the message: field names as in the .proto files, 64-bit numbers as decimal text or number. */
export type MessageInput<N extends MessageName> = AllMessages[N]['input'];

/**
 * What the message decodes to: absent fields are absent (defaults are not filled in), 64-bit numbers are decimal text,
 * enums are their names, bytes are Buffers.
 */
export type MessageOutput<N extends MessageName> = AllMessages[N]['output'];

/** Full name of a service. */
export type ServiceName = `${'agent' | 'trident'}.${'Synchronizer' | 'Debug'}`;
