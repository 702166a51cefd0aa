import { deflateSync } from 'node:zlib';
import { type ChannelCredentials, Client, credentials, type ServiceError } from '@grpc/grpc-js';
import { onTestFinished } from 'vitest';
import { decodeSyncResponse, encodeSyncRequest, type SyncRequestInput } from '../../../src/wire/call-messages.js';

export interface GrpcClient {
  /** @throws ServiceError */
  unary(path: string, request: Uint8Array, options?: { readonly deadlineMs: number }): Promise<Buffer>;
  /** `version` of the answer; null where it is unset. */
  sync(request: SyncRequestInput, packageName?: 'agent' | 'trident'): Promise<bigint | null>;
}

/** A real client that ends with the running test. */
export function connect(address: string, security: ChannelCredentials = credentials.createInsecure()): GrpcClient {
  const client = new Client(address, security, {
    'grpc.max_send_message_length': -1,
    // Else clients of one address share a connection.
    'grpc.use_local_subchannel_pool': 1,
  });
  onTestFinished(() => client.close());
  const identity = (bytes: Buffer) => bytes;
  const unary: GrpcClient['unary'] = (path, request, options) =>
    new Promise<Buffer>((resolve, reject) => {
      const how = options === undefined ? {} : { deadline: Date.now() + options.deadlineMs };
      client.makeUnaryRequest(path, identity, identity, Buffer.from(request), how, (error, response) => {
        if (error === null && response !== undefined) {
          resolve(response);
        } else {
          reject(error);
        }
      });
    });
  return {
    unary,
    sync: async (request, packageName = 'agent') =>
      decodeSyncResponse(await unary(`/${packageName}.Synchronizer/KubernetesAPISync`, encodeSyncRequest(request))),
  };
}

/** The gRPC error of a call that must fail. */
export async function failureOf(call: Promise<unknown>): Promise<ServiceError> {
  return call.then(
    () => {
      throw new Error('The call was answered, but it should have failed.');
    },
    (error: ServiceError) => error,
  );
}

/** Entries that a server can read. */
export const someEntries = [
  { type: '*version.Info', compressedInfo: deflateSync('{"gitVersion":"v1.30.0"}') },
  { type: '*v1.Node', compressedInfo: deflateSync('{"metadata":{"uid":"u","name":"n"}}') },
];
