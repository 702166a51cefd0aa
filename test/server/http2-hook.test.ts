import { createServer, type Http2Server } from 'node:http2';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { hookHttp2 } from '../../src/server/http2-hook.js';

const deaf = { onConnection: () => {}, onSession: () => {}, onStream: () => {}, onSessionError: () => {} };

/** Stands for a gRPC library of another version. */
function otherVersion(createHttp2Server?: () => Http2Server): Server {
  return Object.assign(new Server(), { createHttp2Server });
}

describe('hookHttp2', () => {
  it('refuses a version of gRPC that makes its servers another way', async () => {
    expect(() => hookHttp2(otherVersion(undefined), deaf)).toThrow(
      /does not fit plumbline: Server.createHttp2Server is gone/,
    );
    const check = hookHttp2(new Server(), deaf);
    expect(check).toThrow(/makes its HTTP\/2 servers another way/);
  });

  it('refuses a version of gRPC that does not listen for streams', async () => {
    const server = otherVersion(() => createServer());
    hookHttp2(server, deaf);
    const bound = new Promise((_, reject) =>
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), reject),
    );
    await expect(bound).rejects.toThrow(/no longer listens for streams/);
  });

  it('takes the one that is installed', async () => {
    const server = new Server();
    const check = hookHttp2(server, deaf);
    await new Promise((resolve) => server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), resolve));
    expect(check).not.toThrow();
    server.forceShutdown();
  });
});
