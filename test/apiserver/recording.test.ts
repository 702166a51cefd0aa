import { describe, expect, test } from 'vitest';
import type { SentWatchEvent } from '../../src/apiserver/watch-event.js';
import type { KubeChange, KubeObject, KubeRequest } from '../../src/kube/kube-object.js';
import { apiOfTest } from './started-api.js';

const pods = '/api/v1/namespaces/default/pods';

function pod(name: string, more: Partial<KubeObject> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' }, ...more };
}

/** Resolved when something that is wanted has been told. */
function awaited<T>(subscribe: (listener: (value: T) => void) => void, wanted: (value: T) => boolean): Promise<T> {
  return new Promise((done) => subscribe((value) => wanted(value) && done(value)));
}

describe('what the API tells of itself', () => {
  test('each request, when it begins and when it ends', async () => {
    const { server, api } = await apiOfTest();
    const told: [string, KubeRequest][] = [];
    server.onRequest((request, phase) => told.push([phase, request]));
    await api.get(`${pods}?limit=5`);
    await api.get('/version');
    await api.delete(`${pods}/none`);
    expect(
      told.map(([phase, { seq, verb, resource, name, status }]) => [phase, seq, verb, resource, name, status]),
    ).toEqual([
      ['begin', 1, 'list', 'pods', null, 0],
      ['end', 1, 'list', 'pods', null, 200],
      ['begin', 2, 'version', '', null, 0],
      ['end', 2, 'version', '', null, 200],
      ['begin', 3, 'delete', 'pods', 'none', 0],
      ['end', 3, 'delete', 'pods', 'none', 404],
    ]);
    expect(told[0]?.[1]).toMatchObject({
      group: '',
      version: 'v1',
      namespace: 'default',
      query: { limit: '5' },
      fault: null,
    });
  });

  test('of a watch its head, its events and its end', async () => {
    const { server, api } = await apiOfTest();
    const told: [string, KubeRequest][] = [];
    const sent: SentWatchEvent[] = [];
    server.onRequest((request, phase) => told.push([phase, request]));
    server.onWatchEvent((event) => sent.push(event));
    const ended = awaited<string>(
      (listener) => server.onRequest((_request, phase) => listener(phase)),
      (phase) => phase === 'end',
    );
    const watch = await api.watch(`${pods}?watch=true&allowWatchBookmarks=true`);
    expect(told.map(([phase, { verb, status }]) => [phase, verb, status])).toEqual([['begin', 'watch', 200]]);
    const made = server.store.create(pod('one'));
    server.sendBookmarks();
    await watch.until((event) => event.type === 'BOOKMARK');
    watch.stop();
    await ended;
    expect(told.at(-1)).toMatchObject(['end', { verb: 'watch', status: 200, events: 2 }]);
    expect(sent).toMatchObject([
      {
        seq: 1,
        type: 'ADDED',
        resource: 'pods',
        kind: 'Pod',
        namespace: 'default',
        name: 'one',
        uid: made.metadata.uid,
      },
      { seq: 1, type: 'BOOKMARK', name: '', resourceVersion: made.metadata.resourceVersion },
    ]);
    expect(sent[0]?.resourceVersion).toBe(made.metadata.resourceVersion);
  });

  test('each change, before any watch is told of it, in order even where a listener writes', async () => {
    const { server, api } = await apiOfTest();
    const order: string[] = [];
    server.onWatchEvent((event) => order.push(`sent ${event.type} ${event.name}`));
    server.store.onChange(({ change, object }: KubeChange) => {
      order.push(`${change} ${object.metadata.name}`);
      if (change === 'added' && object.metadata.name === 'one') server.store.create(pod('two'));
    });
    const watch = await api.watch(`${pods}?watch=true`);
    server.store.create(pod('one'));
    await watch.until((event) => event.object.metadata.name === 'two');
    expect(order.filter((each) => each.startsWith('added'))).toEqual(['added one', 'added two']);
    expect(order.filter((each) => each.startsWith('sent'))).toEqual(['sent ADDED one', 'sent ADDED two']);
    expect(order.indexOf('added one')).toBeLessThan(order.indexOf('sent ADDED one'));
    watch.stop();
  });

  test('its maker may set what clients may not: uid, status, time of creation', async () => {
    const { server } = await apiOfTest();
    const metadata = { name: 'one', namespace: 'default', uid: 'mine', creationTimestamp: '2020-01-01T00:00:00Z' };
    const made = server.store.create(pod('one', { metadata, status: { phase: 'Running' } }));
    expect(made).toMatchObject({ metadata, status: { phase: 'Running' } });
    const next = server.store.update({ ...pod('one'), status: { phase: 'Failed' } });
    expect(next).toMatchObject({ metadata, status: { phase: 'Failed' } });
    expect(server.store.list({ plural: 'pods' })).toEqual([next]);
    server.store.delete(pod('one'));
    expect(server.store.get(pod('one'))).toBeUndefined();
    expect(() => server.store.create({ apiVersion: 'example.org/v1', kind: 'Thing', metadata: { name: 'x' } })).toThrow(
      'no matches for kind "Thing" in version "example.org/v1"; this API serves v1, apps/v1, networking.k8s.io/v1',
    );
  });

  test('history that is compacted: watches are told 410 in their stream, pages as their status', async () => {
    const { server, api } = await apiOfTest({ objects: ['a', 'b', 'c'].map((name) => pod(name)) });
    const first = (await api.get(`${pods}?limit=1`)).json;
    server.store.create(pod('d'));
    server.store.compact();
    const watch = await api.watch(`${pods}?watch=true&resourceVersion=${first.metadata.resourceVersion}`);
    expect(watch.status).toBe(200);
    expect(await watch.next()).toMatchObject({
      type: 'ERROR',
      object: { kind: 'Status', code: 410, reason: 'Expired' },
    });
    expect(await watch.next()).toBeNull();
    const page = await api.get(`${pods}?limit=1&continue=${first.metadata.continue}`);
    expect(page.json).toMatchObject({ code: 410, reason: 'Expired' });
    const rest = (await api.get(`${pods}?continue=${page.json.metadata.continue}`)).json;
    expect(rest.items.map((item: KubeObject) => item.metadata.name)).toEqual(['b', 'c', 'd']);
  });
});
