import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { credentials } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../journal/temporary-directory.js';
import { connect, failureOf } from './support/grpc-client.js';
import { startServer } from './support/running-server.js';

const heartbeat = { clusterId: 'c', version: 5n, agentId: 1 };

function openssl(directory: string, ...parameters: string[]): void {
  execFileSync('openssl', parameters, { cwd: directory, stdio: 'pipe' });
}

const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
})();

/** A self-signed certificate that is its own authority. */
function certificate(name: string): { key: Buffer; cert: Buffer } {
  const directory = temporaryDirectory();
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
  openssl(
    directory,
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
    '-keyout',
    'key.pem',
    '-out',
    'cert.pem',
    ...subject,
  );
  return { key: readFileSync(join(directory, 'key.pem')), cert: readFileSync(join(directory, 'cert.pem')) };
}

describe.skipIf(!hasOpenssl)('TLS (skipped where there is no openssl)', () => {
  it('serves who trusts it, and reports who does not speak it', async () => {
    const tls = certificate('server');
    const { server, calls } = await startServer({ tls });
    expect(await connect(server.grpc, credentials.createSsl(tls.cert)).sync(heartbeat)).toBe(0n);
    expect(calls()[0]).toMatchObject({ peer: expect.stringMatching(/^127\.0\.0\.1:\d+$/), outcome: 'unary' });
    expect(await failureOf(connect(server.grpc).sync(heartbeat))).toMatchObject({ code: 14 });
  });

  it('asks for a certificate where it has an authority for that', async () => {
    const tls = certificate('server');
    const client = certificate('client');
    const { server } = await startServer({ tls: { ...tls, ca: client.cert } });
    expect(await connect(server.grpc, credentials.createSsl(tls.cert, client.key, client.cert)).sync(heartbeat)).toBe(
      0n,
    );
    expect(await failureOf(connect(server.grpc, credentials.createSsl(tls.cert)).sync(heartbeat))).toMatchObject({
      code: 14,
    });
  });

  it('says what is wrong with its files', async () => {
    const tls = certificate('server');
    await expect(startServer({ tls: { ...tls, key: certificate('other').key } })).rejects.toThrow(
      /TLS key, certificate or CA cannot be used/,
    );
    await expect(startServer({ tls: { ...tls, cert: Buffer.from('no') } })).rejects.toThrow(/Expected PEM/);
  });
});
