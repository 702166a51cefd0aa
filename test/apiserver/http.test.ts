import { readFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { KubeObject } from '../../src/kube/kube-object.js';
import { createApiClient } from './api-client.js';
import { apiOfTest, type StartedApi } from './started-api.js';

const pods = '/api/v1/namespaces/default/pods';

function pod(name: string, more: object = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' }, spec: { containers: [] }, ...more };
}

function http2Get(started: StartedApi, path: string): Promise<{ readonly status: number; readonly text: string }> {
  const session = connectHttp2(started.server.url, { ca: started.server.ca });
  const stream = session.request({ ':path': path, authorization: `Bearer ${started.server.token()}` });
  return new Promise((done, fail) => {
    let status = 0;
    let text = '';
    session.on('error', fail);
    stream.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    stream.on('response', (headers) => {
      status = headers[':status'] ?? 0;
    });
    stream.on('error', fail);
    stream.on('close', () => {
      session.close();
      done({ status, text });
    });
  });
}

/** Sends bytes and gives all that comes back until the connection ends. */
function exchange(started: StartedApi, bytes: string, halfClose = true): Promise<string> {
  const { hostname, port } = new URL(started.server.httpUrl);
  return new Promise((done) => {
    let text = '';
    const socket: Socket = connect(Number(port), hostname, () => {
      if (halfClose) socket.end(bytes);
      else socket.write(bytes);
    });
    socket.on('data', (piece) => {
      text += piece.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => done(text));
  });
}

async function expectAlive(started: StartedApi): Promise<void> {
  expect((await started.api.get('/readyz')).text).toBe('ok');
}

describe('the doors of the API', () => {
  test('HTTPS speaks HTTP/2 and HTTP/1.1, and plain HTTP needs no token', async () => {
    const started = await apiOfTest({ objects: [pod('one')] });
    const second = await http2Get(started, pods);
    expect(second.status).toBe(200);
    expect(second.text).toBe((await started.api.get(pods)).text);
    const plain = createApiClient({ url: started.server.httpUrl, token: started.server.token() });
    expect((await plain.get(pods)).text).toBe(second.text);
    expect((await fetch(`${started.server.httpUrl}${pods}`)).status).toBe(200);
    const wrong = await fetch(`${started.server.httpUrl}${pods}`, { headers: { authorization: 'Bearer wrong' } });
    expect(wrong.status).toBe(401);
  });

  test('many requests share one HTTP/2 connection', async () => {
    const started = await apiOfTest({ objects: [pod('one')] });
    const session = connectHttp2(started.server.url, { ca: started.server.ca });
    const authorization = `Bearer ${started.server.token()}`;
    const statuses = await Promise.all(
      Array.from({ length: 50 }, () => {
        const stream = session.request({ ':path': pods, authorization });
        stream.resume();
        return new Promise((done) => stream.on('response', (headers) => done(headers[':status'])));
      }),
    );
    session.close();
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  test('the files that clients are given open it', async () => {
    const { server } = await apiOfTest();
    const config = parse(readFileSync(server.kubeconfig, 'utf8'));
    expect(config.clusters[0].cluster.server).toBe(server.url);
    expect(readFileSync(config.clusters[0].cluster['certificate-authority'], 'utf8')).toBe(server.ca);
    const token = readFileSync(config.users[0].user.tokenFile, 'utf8');
    const read = (name: string) => readFileSync(`${server.serviceAccount}/${name}`, 'utf8');
    expect([read('token'), read('ca.crt'), read('namespace')]).toEqual([token, server.ca, 'default']);
    const api = createApiClient({ url: server.url, token, ca: server.ca });
    expect((await api.get(pods)).status).toBe(200);
    expect(parse(readFileSync(server.httpKubeconfig, 'utf8')).clusters[0].cluster).toEqual({ server: server.httpUrl });
  });

  test('after rotation the old token is refused and the files hold the new one; watches go on', async () => {
    const { server, api } = await apiOfTest();
    const watch = await api.watch(`${pods}?watch=true`);
    const old = server.token();
    await server.rotateToken();
    expect(readFileSync(`${server.serviceAccount}/token`, 'utf8')).toBe(server.token());
    expect(server.token()).not.toBe(old);
    expect((await api.get(pods)).status).toBe(401);
    const again = createApiClient({ url: server.url, token: server.token(), ca: server.ca });
    expect((await again.get(pods)).status).toBe(200);
    server.store.create(pod('one'));
    expect((await watch.next()).object.metadata.name).toBe('one');
    watch.stop();
  });

  test('long lists are compressed for those who take gzip', async () => {
    const objects = Array.from({ length: 200 }, (_, at) => pod(`p-${at}`, { spec: { text: 'x'.repeat(2000) } }));
    const { server } = await apiOfTest({ objects });
    const plain = await (
      await fetch(`${server.httpUrl}${pods}`, { headers: { 'accept-encoding': 'identity' } })
    ).text();
    const { hostname, port } = new URL(server.httpUrl);
    const raw = await new Promise<Buffer>((done) => {
      const pieces: Buffer[] = [];
      const socket = connect(Number(port), hostname, () =>
        socket.write(`GET ${pods} HTTP/1.0\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n`),
      );
      socket.on('data', (piece) => pieces.push(piece));
      socket.on('close', () => done(Buffer.concat(pieces)));
    });
    const body = raw.indexOf('\r\n\r\n');
    expect(raw.subarray(0, body).toString()).toMatch(/content-encoding: gzip/i);
    expect(gunzipSync(raw.subarray(body + 4)).toString()).toBe(plain);
    expect(raw.length).toBeLessThan(plain.length / 10);
  });
});

describe('bad input', () => {
  test.each([
    ['a path with a percent sign that escapes nothing', '/api/v1/namespaces/%zz/pods', 404],
    ['dots', '/api/v1/namespaces/default/pods/..', 404],
    ['escaped dots', '/api/v1/namespaces/%2e%2e/pods', 404],
    ['an escaped slash in a name', '/api/v1/namespaces/default/pods/a%2Fb', 404],
    ['an escaped NUL', '/api/v1/namespaces/default/pods/a%00b', 404],
    ['empty segments', '/api/v1//pods', 404],
    ['a number that is none', `${pods}?limit=1e3`, 400],
    ['a version that was never given', `${pods}?resourceVersion=abc`, 500],
    ['a version that is still to come', `${pods}?resourceVersion=99999`, 504],
    ['a continue token of somebody else', `${pods}?continue=eyJ2IjoxfQ`, 400],
    ['prototype names', '/api/v1/namespaces/default/__proto__', 404],
    ['a long path', `/api/v1/${'a/'.repeat(2000)}`, 404],
  ])('%s', async (_name, path, status) => {
    const started = await apiOfTest();
    const [head = ''] = (
      await exchange(started, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`, false)
    ).split('\r\n');
    expect(head).toContain(` ${status} `);
    await expectAlive(started);
  });

  test('half requests, no HTTP, TLS to the plain door and plain to the TLS door', async () => {
    const started = await apiOfTest();
    await exchange(started, 'GET /api');
    await exchange(started, `POST ${pods} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"kind"`);
    await exchange(started, '\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00');
    const { hostname, port } = new URL(started.server.url);
    await new Promise<void>((done) => {
      const socket = connect(Number(port), hostname, () => socket.end('GET / HTTP/1.1\r\n\r\n'));
      socket.on('error', () => {}).on('close', () => done());
      socket.resume();
    });
    await expectAlive(started);
  });

  test('bodies that are nested without end, hold odd keys or wrong types', async () => {
    const started = await apiOfTest();
    const deep = `{"metadata":{"name":"deep"},"spec":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`;
    expect((await started.api.post(pods, deep)).status).toBe(400);
    const odd = '{"metadata":{"name":"odd","__proto__":{"x":1}},"__proto__":{"polluted":true},"constructor":1}';
    expect((await started.api.post(pods, odd)).status).toBe(201);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    for (const metadata of ['1', 'null', '"a"', '[]', '{"name":1}', '{"name":{}}', '{"name":null}']) {
      const answer = await started.api.post(pods, `{"metadata":${metadata}}`);
      expect([metadata, answer.status]).toEqual([metadata, expect.toSatisfy((code) => code === 400 || code === 422)]);
    }
    const labels = await started.api.post(pods, '{"metadata":{"name":"labels","labels":[1]}}');
    expect(labels.status).toBe(201);
    expect((await started.api.get(`${pods}?labelSelector=a`)).status).toBe(200);
    await expectAlive(started);
  });

  test('protobuf in a request is refused with 415, as an only answer with 406', async () => {
    const { api } = await apiOfTest();
    const protobuf = 'application/vnd.kubernetes.protobuf';
    expect((await api.send('POST', pods, 'x', { 'content-type': protobuf })).json).toMatchObject({
      reason: 'UnsupportedMediaType',
      code: 415,
    });
    expect((await api.send('GET', pods, undefined, { accept: protobuf })).status).toBe(406);
    const both = await api.send('GET', pods, undefined, { accept: `${protobuf},application/json` });
    expect(both.headers['content-type']).toBe('application/json');
  });

  test('a body that is too long is not read to its end', async () => {
    const started = await apiOfTest();
    const head = `POST ${pods} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 99999999\r\n\r\n`;
    expect(await exchange(started, head, false)).toMatch(/^HTTP\/1\.1 413 /);
    await expectAlive(started);
  });
});
