import { describe, expect, test } from 'vitest';
import type { AnswerSink } from '../../src/apiserver/request-hook.js';
import type { KubeObject } from '../../src/kube/kube-object.js';
import { apiOfTest } from './started-api.js';

const pods = '/api/v1/namespaces/default/pods';
const pod = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' } });

describe('what steps between a request and its answer', () => {
  test('may answer instead, and is named in the record', async () => {
    const { server, api } = await apiOfTest();
    const faults: (string | null)[] = [];
    server.onRequest((request, phase) => phase === 'end' && faults.push(request.fault));
    const stop = server.addHook((request) =>
      request.resource === 'pods'
        ? {
            fault: 'teapot',
            answer: (sink: AnswerSink) => {
              sink.begin(418, {});
              sink.end();
            },
          }
        : null,
    );
    expect((await api.get(pods)).status).toBe(418);
    stop();
    expect((await api.get(pods)).status).toBe(200);
    expect(faults).toEqual(['teapot', null]);
  });

  test('may make a list smaller, older, empty or expired', async () => {
    const { server, api } = await apiOfTest({ objects: ['a', 'b', 'c', 'd'].map(pod) });
    const listed = async (query = '') =>
      (await api.get(`${pods}${query}`)).json.items.map((item: KubeObject) => item.metadata.name);
    server.store.delete(pod('a'));
    server.store.delete(pod('b'));
    const older = server.addHook(() => ({ fault: 'old', list: { changesAgo: 1 } }));
    expect(await listed()).toEqual(['b', 'c', 'd']);
    older();
    const empty = server.addHook(() => ({ fault: 'empty', list: { empty: true } }));
    expect(await listed()).toEqual([]);
    empty();
    const small = server.addHook(() => ({ fault: 'small', list: { pageLimit: 1 } }));
    expect(await listed('?limit=500')).toEqual(['c']);
    expect(await listed()).toEqual(['c', 'd']);
    const { metadata } = (await api.get(`${pods}?limit=500`)).json;
    small();
    server.addHook(() => ({ fault: 'expired', list: { expireContinue: true } }));
    const expired = await api.get(`${pods}?limit=500&continue=${metadata.continue}`);
    expect([expired.status, expired.json.reason]).toEqual([410, 'Expired']);
  });

  test('sees each watch event as one piece, and may reset the connection', async () => {
    const { server, api } = await apiOfTest({ objects: [pod('a'), pod('b')] });
    const pieces: string[] = [];
    server.addHook(() => ({
      fault: 'reset',
      wrap: (sink) => ({
        get closed() {
          return sink.closed;
        },
        begin: sink.begin,
        write: (piece) => {
          pieces.push(piece.toString('utf8'));
          if (pieces.length < 3) return sink.write(piece);
          sink.reset();
          return Promise.resolve();
        },
        end: sink.end,
        reset: sink.reset,
        resetStream: sink.resetStream,
        silence: sink.silence,
        onClose: sink.onClose,
      }),
    }));
    const ended = new Promise<number>((done) =>
      server.onRequest((request, phase) => phase === 'end' && done(request.events)),
    );
    const watch = await api.watch(`${pods}?watch=true`);
    expect([(await watch.next()).type, (await watch.next()).type]).toEqual(['ADDED', 'ADDED']);
    server.store.create(pod('c'));
    await expect(watch.next().then((event) => event ?? Promise.reject(new Error('ended')))).rejects.toThrow();
    expect(pieces.map((piece) => piece.endsWith('\n') && piece.indexOf('\n') === piece.length - 1)).toEqual([
      true,
      true,
      true,
    ]);
    expect(await ended).toBe(2);
  });

  test('that throws costs the one request only', async () => {
    const { server, api } = await apiOfTest();
    const stop = server.addHook(() => {
      throw new Error('broken hook');
    });
    expect((await api.get(pods)).json).toMatchObject({ code: 500, message: 'Internal error occurred: broken hook' });
    stop();
    expect((await api.get(pods)).status).toBe(200);
  });
});
