import { deflateSync } from 'node:zlib';
import { type ChannelCredentials, Client, credentials, type ServiceError } from '@grpc/grpc-js';
import { onTestFinished } from 'vitest';
import { decodeSyncResponse, encodeSyncRequest, type SyncRequestInput } from '../../../src/wire/call-messages.js';

export interface GrpcClient {
  /** @throws ServiceError */
  unary(path: string, request: Uint8Array): Promise<Buffer>;
  /** `version` of the answer; null where it is unset. */
  sync(request: SyncRequestInput, packageName?: 'agent' | 'trident'): Promise<bigint | null>;
}

/** A real client that ends with the running test. */
export function connect(address: string, security: ChannelCredentials = credentials.createInsecure()): GrpcClient {
  const client = new Client(address, security, { 'grpc.max_send_message_length': -1 });
  onTestFinished(() => client.close());
  const identity = (bytes: Buffer) => bytes;
  const unary = (path: string, request: Uint8Array) =>
    new Promise<Buffer>((resolve, reject) => {
      client.makeUnaryRequest(path, identity, identity, Buffer.from(request), (error, response) => {
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
