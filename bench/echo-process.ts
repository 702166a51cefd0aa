import { Server, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js';

/** A gRPC server of the same library that gives back what it gets, and does nothing else. */
const identity = (bytes: Buffer): Buffer => bytes;
const path = '/bench.Echo/Echo';
const method = {
  path,
  requestStream: false,
  responseStream: false,
  requestSerialize: identity,
  requestDeserialize: identity,
  responseSerialize: identity,
  responseDeserialize: identity,
} as const;
const service: ServiceDefinition = { Echo: method };

const server = new Server();
server.addService(service, {
  Echo: (call: { request: Buffer }, callback: (error: null, response: Buffer) => void) => callback(null, call.request),
});
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.send?.(`127.0.0.1:${port}`);
});
process.once('message', () => {
  server.forceShutdown();
  process.disconnect();
});
