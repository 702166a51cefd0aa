import {
  Client,
  credentials,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type sendUnaryData,
} from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from 'vitest';
import {
  findMethod,
  loadPackageDefinition,
  messageType,
  methodPaths,
  methods,
  rawService,
} from '../../src/wire/protos.js';

describe('messageType', () => {
  it('leaves absent fields out, and gives 64-bit numbers as decimal text and enums as names', () => {
    const type = messageType('agent.SyncRequest');
    const bytes = type.encode({ exception: '18446744073709551615', state: 'RUNNING', config_accepted: false });
    expect(type.decode(bytes)).toEqual({ exception: '18446744073709551615', state: 'RUNNING', config_accepted: false });
    expect(type.decode(new Uint8Array(0))).toEqual({});
  });

  it('gives bytes as Buffers', () => {
    const type = messageType('trident.NtpRequest');
    expect(type.decode(type.encode({ request: Uint8Array.of(1, 2) })).request).toEqual(Buffer.of(1, 2));
  });

  it('throws for bytes that are no message, or says so without throwing', () => {
    const type = messageType('agent.SyncRequest');
    const bytes = Uint8Array.of(0x2a, 0x05, 0x61);
    const problem = 'agent.SyncRequest is not protobuf at byte 1: a length of 5 bytes is given; bytes left: 1';
    expect(() => type.decode(bytes)).toThrow(problem);
    expect(type.tryDecode(bytes)).toEqual({ message: null, problem });
    expect(type.tryDecode(Uint8Array.of(0x2a, 0x01, 0x61, 0x28, 0x01))).toEqual({
      message: null,
      problem: 'revision of agent.SyncRequest is a varint instead of a length and bytes',
    });
    expect(type.tryDecode(Uint8Array.of(0x08, 0x07))).toEqual({ message: { boot_time: 7 }, problem: null });
  });
});

describe('methods', () => {
  it('are those of both packages', () => {
    const count = (service: string) => methods.filter((method) => method.service === service).length;
    expect(count('agent.Synchronizer')).toBe(11);
    expect(count('agent.Debug')).toBe(5);
    expect(count('trident.Synchronizer')).toBe(17);
    expect(count('trident.Debug')).toBe(5);
    expect(methodPaths).toContain('/agent.Synchronizer/KubernetesAPISync');
    expect(methodPaths).toContain('/trident.Synchronizer/PrometheusAPISync');
    expect(methodPaths).not.toContain('/agent.Synchronizer/PrometheusAPISync');
  });

  it('know their messages and streams', () => {
    expect(findMethod('/trident.Synchronizer/RemoteExecute')).toEqual({
      path: '/trident.Synchronizer/RemoteExecute',
      package: 'trident',
      service: 'trident.Synchronizer',
      name: 'RemoteExecute',
      requestType: 'trident.RemoteExecResponse',
      responseType: 'trident.RemoteExecRequest',
      requestStream: true,
      responseStream: true,
    });
    expect(findMethod('/agent.Synchronizer/Push')).toMatchObject({ requestStream: false, responseStream: true });
    expect(findMethod('/agent.Synchronizer/Nothing')).toBeNull();
  });

  it('are the same as proto-loader finds', () => {
    const definition = loadPackageDefinition();
    for (const method of methods) {
      const service = definition[method.service] as unknown as Record<string, object>;
      const { path, requestStream, responseStream } = method;
      expect(service[method.name]).toMatchObject({ path, requestStream, responseStream });
    }
  });
});

describe('rawService', () => {
  const server = new Server();
  afterEach(() => server.forceShutdown());

  it('carries bytes as they are', async () => {
    const definition = rawService('agent.Synchronizer');
    server.addService(definition, {
      KubernetesAPISync(call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) {
        answer(null, Buffer.concat([call.request, Buffer.of(0xff)]));
      },
    });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
    const method = definition.KubernetesAPISync;
    const answer = await new Promise<Buffer | undefined>((resolve, reject) => {
      client.makeUnaryRequest<Buffer, Buffer>(
        method?.path ?? '',
        method?.requestSerialize ?? Buffer.from,
        method?.responseDeserialize ?? Buffer.from,
        // Not protobuf: nobody on the way may mind.
        Buffer.of(0x0a, 0x63),
        (error, value) => (error === null ? resolve(value) : reject(error)),
      );
    });
    client.close();
    expect(answer).toEqual(Buffer.of(0x0a, 0x63, 0xff));
  });
});
