import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import { loadSync, type PackageDefinition } from '@grpc/proto-loader';
import { findRefusal } from './check-message.js';
import type { MessageInput, MessageName, MessageOutput, ServiceName } from './message-types.js';
import { PaddedReader } from './padded-reader.js';
import { lookupMessage, protoDirectory, protoFiles, schema } from './schema.js';

/** What `proto-loader-gen-types` is told in package.json, too. */
const conversion = { longs: String, enums: String };

/** The bytes of one message, and back. */
export interface MessageType<Input, Output> {
  /**
   * @throws TypeError if a value does not fit its field
   */
  encode(value: Input): Buffer;
  /**
   * @throws Error if servers would refuse the bytes, too: they break off, or have fields of wrong types
   */
  decode(bytes: Uint8Array): Output;
  /** As `decode`, for bytes from outside: gives the problem instead of throwing it. */
  tryDecode(bytes: Uint8Array): Decoded<Output>;
}

export type Decoded<Output> =
  | { readonly message: Output; readonly problem: null }
  | { readonly message: null; readonly problem: string };

/**
 * Encodes and decodes messages of one type.
 *
 * @param name full name, e.g. `agent.SyncRequest`
 * @throws Error if the .proto files know no such message
 */
export function messageType<N extends MessageName>(name: N): MessageType<MessageInput<N>, MessageOutput<N>> {
  const type = lookupMessage(name);
  const tryDecode = (bytes: Uint8Array): Decoded<MessageOutput<N>> => {
    // protobufjs by itself reads past the end of text and does not look at wire types.
    const refusal = findRefusal(name, bytes);
    if (refusal !== null) {
      return { message: null, problem: refusal.message };
    }
    return {
      message: type.toObject(type.decode(new PaddedReader(asBuffer(bytes))), conversion) as MessageOutput<N>,
      problem: null,
    };
  };
  return {
    encode: (value) => asBuffer(type.encode(type.fromObject(value)).finish()),
    tryDecode,
    decode(bytes) {
      const { message, problem } = tryDecode(bytes);
      if (problem !== null) {
        throw new Error(problem);
      }
      return message;
    },
  };
}

/** One rpc of the .proto files. */
export interface WireMethod {
  /** E.g. `/agent.Synchronizer/KubernetesAPISync`. */
  readonly path: string;
  readonly package: 'agent' | 'trident';
  readonly service: ServiceName;
  readonly name: string;
  readonly requestType: MessageName;
  readonly responseType: MessageName;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}

/** In the order of the .proto files. */
export const serviceNames: readonly ServiceName[] = [
  'agent.Synchronizer',
  'agent.Debug',
  'trident.Synchronizer',
  'trident.Debug',
];

/** All rpcs of both packages, in the order of the .proto files. */
export const methods: readonly WireMethod[] = serviceNames.flatMap((service) =>
  schema.lookupService(service).methodsArray.map((method) => ({
    path: `/${service}/${method.name}`,
    package: service.startsWith('agent.') ? 'agent' : 'trident',
    service,
    name: method.name,
    requestType: fullName(method.resolvedRequestType),
    responseType: fullName(method.resolvedResponseType),
    requestStream: method.requestStream === true,
    responseStream: method.responseStream === true,
  })),
);

/** Paths of `methods`. */
export const methodPaths: readonly string[] = methods.map((method) => method.path);

/** The rpc of a path, or null where the path names none. */
export function findMethod(path: string): WireMethod | null {
  return methods.find((method) => method.path === path) ?? null;
}

/**
 * A service whose requests and responses are the messages' bytes as they travel, for servers as well as clients of
 * `@grpc/grpc-js`.
 */
export function rawService(service: ServiceName): ServiceDefinition {
  return Object.fromEntries(
    methods.filter((method) => method.service === service).map((method) => [method.name, rawMethod(method)]),
  );
}

/** As proto-loader gives it: typed clients, and descriptors for reflection. Takes some 70 ms. */
export function loadPackageDefinition(): PackageDefinition {
  return loadSync([...protoFiles], { ...conversion, keepCase: true, includeDirs: [protoDirectory] });
}

function rawMethod(method: WireMethod): MethodDefinition<Buffer, Buffer> {
  return {
    path: method.path,
    requestStream: method.requestStream,
    responseStream: method.responseStream,
    requestSerialize: identity,
    requestDeserialize: identity,
    responseSerialize: identity,
    responseDeserialize: identity,
  };
}

function identity(bytes: Buffer): Buffer {
  return bytes;
}

function fullName(type: { readonly fullName: string } | null): MessageName {
  // Full names of protobufjs begin with a dot. Each message of the .proto files has its place in MessageName.
  return (type?.fullName.slice(1) ?? '') as MessageName;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
