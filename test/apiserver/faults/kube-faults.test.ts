import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { KubeFaultEffect, KubeFaultMatch } from '../../../src/apiserver/faults/fault-plan.js';
import { bearer, type FaultyApi, faultyApi, http2Session, names, pod, receive } from './support.js';

const podsPath = '/api/v1/pods';
const watchPath = `${podsPath}?watch=true`;

/** An API with this fault, of everything but what `match` says. */
async function withFault(effect: KubeFaultEffect, match: KubeFaultMatch = {}): Promise<FaultyApi> {
  const api = await faultyApi();
  api.faults.add({ id: 'f', match, effect });
  return api;
}

describe('a status', () => {
  it.each([
    [
      403,
      'Forbidden',
      /^pods is forbidden: User "plumbline" cannot list resource "pods" in API group "" at the cluster scope$/,
    ],
    [410, 'Expired', /resourceVersion for the provided list is too old/],
    [500, 'InternalError', /^Internal error occurred/],
    [503, 'ServiceUnavailable', /currently unable/],
  ])('%i comes with the body that the real server sends', async (code, reason, message) => {
    const { api } = await withFault({ kind: 'status', code });
    const answer = await api.get(podsPath);
    expect(answer.status).toBe(code);
    expect(answer.json).toMatchObject({
      ...{ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason },
      message: expect.stringMatching(message),
      details: { kind: 'pods' },
    });
    expect(answer.headers['retry-after']).toBeUndefined();
  });

  it('429 tells when to come again, on a watch too', async () => {
    const api = await withFault({ kind: 'status', code: 429, retryAfter: 3 });
    for (const path of [podsPath, watchPath]) {
      const answer = await api.api.get(path);
      expect(answer).toMatchObject({ status: 429, headers: { 'retry-after': '3' } });
      expect(answer.json).toMatchObject({ reason: 'TooManyRequests', details: { retryAfterSeconds: 3 } });
    }
    const usual = await withFault({ kind: 'status', code: 429 });
    expect((await usual.api.get(podsPath)).headers['retry-after']).toBe('1');
  });

  it('can say anything', async () => {
    const { api } = await withFault({ kind: 'status', code: 418, reason: 'Teapot', message: 'short and stout' });
    expect((await api.get(podsPath)).json).toMatchObject({ code: 418, reason: 'Teapot', message: 'short and stout' });
  });

  it('strikes what matches, so many times, after so many, and is told of', async () => {
    const api = await faultyApi();
    const stop = api.faults.add({
      id: 'one type',
      match: { verb: ['list', 'watch'], resource: 'configmaps', group: '', namespace: 'default' },
      after: 1,
      times: 2,
      effect: { kind: 'status', code: 403 },
    });
    const status = async (path: string) => (await api.api.get(path)).status;
    const path = '/api/v1/namespaces/default/configmaps';
    expect([await status(path), await status(path)]).toEqual([200, 403]);
    expect(await status(podsPath)).toBe(200);
    expect(await status('/api/v1/configmaps')).toBe(200);
    expect(await status('/api/v1/namespaces/kube-system/configmaps')).toBe(200);
    expect(await status(`${path}/m`)).toBe(200);
    expect([await status(path), await status(path)]).toEqual([403, 200]);
    expect(api.struck).toEqual([
      { time: 7, id: 'one type', text: 'request 2 (list configmaps) is answered 403', request: 2 },
      { time: 7, id: 'one type', text: 'request 7 (list configmaps) is answered 403', request: 7 },
    ]);
    expect(api.requests.map(({ fault }) => fault).filter((fault) => fault !== null)).toEqual(['one type', 'one type']);
    stop();
  });

  it('strikes by chance, the same requests for the same seed', async () => {
    const statuses = async (seed: number) => {
      const api = await faultyApi({ seed });
      api.faults.add({ id: 'f', match: {}, chance: 0.5, effect: { kind: 'status', code: 500 } });
      const seen: number[] = [];
      for (let i = 0; i < 16; i++) seen.push((await api.api.get(podsPath)).status);
      return seen;
    };
    const seen = await statuses(3);
    expect(new Set(seen)).toEqual(new Set([200, 500]));
    expect(await statuses(3)).toEqual(seen);
  });
});

describe('an expired history', () => {
  it('is an ERROR event in a stream that was answered 200', async () => {
    const api = await withFault({ kind: 'gone-event' });
    const watch = await receive(api, watchPath);
    expect(watch).toMatchObject({ status: 200, error: null });
    expect(JSON.parse(watch.text)).toMatchObject({
      type: 'ERROR',
      object: { kind: 'Status', code: 410, reason: 'Expired', message: expect.stringMatching(/too old/) },
    });
    expect((await api.api.get(podsPath)).status).toBe(200);
  });

  it('can come behind events', async () => {
    const { text } = await receive(await withFault({ kind: 'gone-event', afterEvents: 2 }), watchPath);
    const events = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).type);
    expect(events).toEqual(['ADDED', 'ADDED', 'ERROR']);
  });

  it('leaves alone a watch that is refused anyway', async () => {
    const api = await withFault({ kind: 'gone-event' });
    const refused = await receive(api, `${watchPath}&fieldSelector=nonsense`);
    expect(refused).toMatchObject({ status: 400, error: null });
    expect(JSON.parse(refused.text)).toMatchObject({ kind: 'Status', code: 400 });
  });
});

describe('a token that is refused', () => {
  it('is replaced in its file, which clients have to read again', async () => {
    const api = await withFault({ kind: 'unauthorized-until-token-reread' }, { resource: 'pods' });
    const old = bearer(api);
    const first = await api.api.get(podsPath);
    expect(first).toMatchObject({ status: 401, json: { reason: 'Unauthorized' } });
    expect((await api.api.send('GET', podsPath, undefined, old)).status).toBe(401);
    expect((await api.api.send('GET', '/api/v1/services', undefined, old)).status).toBe(401);
    const file = (await readFile(join(api.server.serviceAccount, 'token'), 'utf8')).trim();
    const again = await api.api.send('GET', podsPath, undefined, { authorization: `Bearer ${file}` });
    expect(again.status).toBe(200);
    expect(api.struck).toHaveLength(1);
  });

  it('can be replaced at any time', async () => {
    const api = await faultyApi();
    await api.faults.rotateToken();
    expect((await api.api.get(podsPath)).status).toBe(401);
    expect(api.struck).toMatchObject([{ id: 'token-rotation', request: null }]);
  });
});

describe('a broken answer', () => {
  it('comes slowly, whole in the end', async () => {
    const api = await withFault({ kind: 'slow', bytes: 500, pauseMs: 30 });
    const { text, chunks, times, error } = await receive(api, podsPath);
    expect(error).toBeNull();
    expect(names(text)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThanOrEqual(500);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan((chunks.length - 1) * 20);
    expect(chunks.length).toBe(Math.ceil(Buffer.byteLength(text) / 500));
  });

  it('is reset before it begins', async () => {
    const received = await receive(await withFault({ kind: 'reset' }), podsPath);
    expect(received).toMatchObject({ status: 0, error: 'ECONNRESET' });
  });

  it('is reset after so many bytes, which arrive', async () => {
    const received = await receive(await withFault({ kind: 'reset', afterBytes: 700 }), podsPath);
    expect(received).toMatchObject({ status: 200, error: 'ECONNRESET' });
    expect(Buffer.byteLength(received.text)).toBe(700);
  });

  it('takes all requests of an HTTP/2 connection with it where it is reset', async () => {
    const api = await withFault({ kind: 'reset' }, { resource: 'configmaps' });
    const session = await http2Session(api);
    const other = session.request({ ':path': watchPath, ...bearer(api) });
    other.on('error', () => {});
    await new Promise((resolve) => other.once('data', resolve));
    const broken = new Promise((resolve) => session.once('close', resolve));
    session.request({ ':path': '/api/v1/configmaps', ...bearer(api) }).on('error', () => {});
    await broken;
    expect(other.destroyed).toBe(true);
  });

  it('is silent, while others are answered', async () => {
    const api = await withFault({ kind: 'silence' }, { resource: 'pods' });
    const session = await http2Session(api);
    const held = session.request({ ':path': podsPath, ...bearer(api) });
    let answered = false;
    held.on('response', () => {
      answered = true;
    });
    expect(await statusOver(session, api, '/api/v1/services')).toBe(200);
    await new Promise((resolve) => session.ping(resolve));
    expect(answered).toBe(false);
    held.close();
  });

  it('of a watch is silent after so many events', async () => {
    const api = await withFault({ kind: 'silence', afterEvents: 2 });
    const watch = await receive(api, `${watchPath}&timeoutSeconds=1`, 2_000);
    expect(watch).toMatchObject({ status: 200, error: 'silent' });
    expect(names(watch.text)).toEqual(['a', 'b']);
  });

  it.each([true, false])(
    'goes silent with its whole connection, as if the network were cut (watch: %s)',
    async (isWatch) => {
      const api = await withFault(
        { kind: 'silence', connection: true },
        { verb: isWatch ? 'watch' : 'list', resource: 'pods' },
      );
      const session = await http2Session(api);
      const before = await pong(session, 2_000);
      expect(before).toBe(true);
      const other = session.request({ ':path': '/api/v1/services?watch=true', ...bearer(api) });
      await new Promise((resolve) => other.once('response', resolve));
      const struck = new Promise((resolve) => api.faults.onFault(resolve));
      session.request({ ':path': isWatch ? watchPath : podsPath, ...bearer(api) });
      await struck;
      while (await pong(session, 300)) {
        // What was sent before the cut is still on its way.
      }
      let events = 0;
      other.on('data', () => {
        events += 1;
      });
      api.server.store.create({ apiVersion: 'v1', kind: 'Service', metadata: { name: 's', namespace: 'default' } });
      expect(await pong(session, 300)).toBe(false);
      expect(events).toBe(0);
      expect(session.destroyed).toBe(false);
      expect((await receive(api, '/api/v1/services')).status).toBe(200);
    },
  );

  it('of a watch ends in the middle of a line', async () => {
    const { text, error, status } = await receive(
      await withFault({ kind: 'truncate-line', afterEvents: 1 }),
      watchPath,
    );
    expect({ status, error }).toEqual({ status: 200, error: null });
    const [first = '', second = ''] = text.split('\n');
    expect(JSON.parse(first)).toMatchObject({ type: 'ADDED' });
    expect(second.length).toBeGreaterThan(100);
    expect(() => JSON.parse(second)).toThrow();
  });

  it('of a watch is truncated at the next event, whenever that comes', async () => {
    const api = await withFault({ kind: 'truncate-line' });
    const list = await api.api.get(podsPath);
    const received = receive(api, `${watchPath}&resourceVersion=${list.json.metadata.resourceVersion}`);
    await new Promise((resolve) => api.server.onRequest(resolve));
    api.server.store.create(pod('f'));
    const { text, error } = await received;
    expect(error).toBeNull();
    expect(text).toMatch(/^\{"type":"ADDED"/);
    expect(text).not.toContain('\n');
  });

  it.each([podsPath, watchPath])('of %s splits characters over chunks', async (path) => {
    const api = await withFault({ kind: 'split-characters' });
    const { chunks, text } = await receive(api, path, 1_000);
    expect(names(text)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(text).toContain('grün 山 🚀');
    const broken = chunks.filter((chunk) => !isWhole(chunk));
    expect(broken.length).toBeGreaterThan(3);
    const plain = await faultyApi();
    expect((await receive(plain, path, 1_000)).chunks.filter((chunk) => !isWhole(chunk))).toEqual([]);
  });

  it.each([
    [undefined, []],
    [3, ['a', 'b', 'c']],
  ])('of a watch ends cleanly (after %s events)', async (afterEvents, expected) => {
    const effect = { kind: 'close', ...(afterEvents === undefined ? {} : { afterEvents }) } as const;
    const { text, status, error } = await receive(await withFault(effect), watchPath);
    expect({ status, error }).toEqual({ status: 200, error: null });
    expect(names(text)).toEqual(expected);
  });
});

describe('a list', () => {
  it('is cut into small pages, where it was asked for with a limit', async () => {
    const { api } = await withFault({ kind: 'page-size', limit: 2 });
    const first = (await api.get(`${podsPath}?limit=500`)).json;
    expect(first.items).toHaveLength(2);
    const token = encodeURIComponent(first.metadata.continue);
    expect((await api.get(`${podsPath}?limit=500&continue=${token}`)).json.items).toHaveLength(2);
    expect((await api.get(podsPath)).json.items).toHaveLength(5);
  });

  it('loses its continue token, with another one for the rest', async () => {
    const { api } = await withFault({ kind: 'expired-continue' });
    const first = (await api.get(`${podsPath}?limit=2`)).json;
    const rest = await api.get(`${podsPath}?limit=2&continue=${encodeURIComponent(first.metadata.continue)}`);
    expect(rest.status).toBe(410);
    expect(rest.json).toMatchObject({
      reason: 'Expired',
      message: expect.stringMatching(/^The provided continue parameter is too old/),
      metadata: { continue: expect.stringMatching(/./) },
    });
  });

  it('can be told of by its pages', async () => {
    const api = await withFault({ kind: 'status', code: 500 }, { continued: true });
    const first = await api.api.get(`${podsPath}?limit=2`);
    expect(first.status).toBe(200);
    const token = encodeURIComponent(first.json.metadata.continue);
    expect((await api.api.get(`${podsPath}?limit=2&continue=${token}`)).status).toBe(500);
    const firstOnly = await withFault({ kind: 'status', code: 500 }, { continued: false });
    expect((await firstOnly.api.get(`${podsPath}?limit=2`)).status).toBe(500);
    expect((await firstOnly.api.get(watchPath.replace('?', '?timeoutSeconds=1&'))).status).toBe(200);
  });

  it('comes from the past', async () => {
    const api = await withFault({ kind: 'stale-list', changes: 2 });
    api.server.store.create(pod('f'));
    const between = api.server.store.create(pod('g'));
    expect(between.metadata.resourceVersion).toBeDefined();
    api.server.store.delete(pod('a'));
    const stale = (await api.api.get(podsPath)).json;
    expect(stale.items.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual([
      'a',
      'b',
      'c',
      'd',
      'e',
      'f',
    ]);
    expect(Number(stale.metadata.resourceVersion)).toBeLessThan(Number(between.metadata.resourceVersion));
  });

  it('is empty and breaks off', async () => {
    const received = await receive(await withFault({ kind: 'empty-list-then-error' }), podsPath);
    expect(received).toMatchObject({ status: 200, error: 'ECONNRESET' });
    expect(received.text).toMatch(/^\{"kind":"PodList".*"items":\[\]$/);
  });

  it('waits for the watch cache', async () => {
    const { api } = await withFault({ kind: 'watch-cache-not-ready' });
    for (const path of [podsPath, watchPath]) {
      const answer = await api.get(path);
      expect(answer).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
      expect(answer.json).toMatchObject({ message: 'storage is (re)initializing', reason: 'TooManyRequests' });
    }
    expect((await api.get('/api/v1/namespaces/default/pods/a')).status).toBe(200);
  });
});

describe('connections', () => {
  it.each(['close', 'reset'] as const)('all end (%s), and new ones are taken', async (how) => {
    const api = await faultyApi();
    const watching = receive(api, watchPath);
    await new Promise((resolve) => api.server.onRequest(resolve));
    api.faults.breakConnections(how);
    expect((await watching).error).toBe('ECONNRESET');
    expect((await receive(api, podsPath)).status).toBe(200);
    expect(api.struck).toMatchObject([{ id: 'broken-connections', request: null }]);
  });
});

function isWhole(chunk: Buffer): boolean {
  return Buffer.from(chunk.toString('utf8')).equals(chunk);
}

type Session = Awaited<ReturnType<typeof http2Session>>;

function statusOver(session: Session, api: FaultyApi, path: string): Promise<number> {
  return new Promise((resolve) => {
    const stream = session.request({ ':path': path, ...bearer(api) });
    stream.on('response', (headers) => resolve(Number(headers[':status'])));
    stream.resume();
  });
}

/** Whether a ping of HTTP/2 is answered in time. */
function pong(session: Session, patienceMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), patienceMs);
    session.ping((error) => {
      clearTimeout(timer);
      resolve(error === null);
    });
  });
}
