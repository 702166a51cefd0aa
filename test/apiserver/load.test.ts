import { expect, test } from 'vitest';
import type { AnswerSink } from '../../src/apiserver/request-hook.js';
import type { KubeObject } from '../../src/kube/kube-object.js';
import type { Json } from './api-client.js';
import { apiOfTest } from './started-api.js';

const pods = '/api/v1/pods';

function pod(at: number): KubeObject {
  const labels = { app: `app-${at % 10}` };
  const metadata = { name: `pod-${at}`, namespace: 'default', labels };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { note: 'x'.repeat(1500) } };
}

async function getJson(url: string): Promise<Json> {
  return (await fetch(url)).json();
}

/** How often others had their turn while something went on. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  let over = false;
  const count = () => {
    turns += 1;
    if (!over) setImmediate(count);
  };
  setImmediate(count);
  await work;
  over = true;
  return turns;
}

test('20,000 objects are loaded, listed, paged and watched with many turns for others between', {
  timeout: 120_000,
}, async () => {
  const objects = Array.from({ length: 20_000 }, (_, at) => pod(at));
  const starting = apiOfTest({ objects });
  expect(await turnsDuring(starting)).toBeGreaterThan(10);
  const { server } = await starting;
  const listing = getJson(`${server.httpUrl}${pods}`);
  expect(await turnsDuring(listing)).toBeGreaterThan(10);
  const list = await listing;
  expect(list.items).toHaveLength(20_000);

  const names: string[] = [];
  for (let token = ''; ; ) {
    const page = await getJson(`${server.httpUrl}${pods}?limit=3000&continue=${token}`);
    names.push(...page.items.map((item: KubeObject) => item.metadata.name));
    token = page.metadata.continue ?? '';
    if (token === '') break;
  }
  expect(names).toEqual(list.items.map((item: KubeObject) => item.metadata.name));

  const some = await getJson(`${server.httpUrl}${pods}?labelSelector=app%3Dapp-3&limit=500`);
  expect(some.items).toHaveLength(500);
  expect(some.metadata.remainingItemCount).toBeUndefined();

  const watched = await (await fetch(`${server.httpUrl}${pods}?watch=true&timeoutSeconds=1`)).text();
  expect(watched.split('\n').filter((line) => line.includes('"type":"ADDED"'))).toHaveLength(20_000);
});

test('a client that does not read is waited for', async () => {
  const { server } = await apiOfTest({ objects: Array.from({ length: 20_000 }, (_, at) => pod(at)) });
  let written = 0;
  let stalled: () => void = () => {};
  const stall = new Promise<void>((done) => {
    stalled = done;
  });
  server.addHook(() => ({
    fault: 'counting',
    wrap: (sink: AnswerSink) => ({
      ...sink,
      get closed() {
        return sink.closed;
      },
      write: (piece: Buffer) => {
        written += piece.length;
        let room = false;
        const more = sink.write(piece).then(() => {
          room = true;
        });
        setImmediate(() => setImmediate(() => room || stalled()));
        return more;
      },
    }),
  }));
  const answer = await fetch(`${server.httpUrl}${pods}`);
  await stall;
  const before = written;
  const text = await answer.text();
  expect(JSON.parse(text).items).toHaveLength(20_000);
  expect(before).toBeLessThan(text.length);
});

test('a watch that falls too far behind is ended', async () => {
  const { server } = await apiOfTest();
  let stuck: () => void = () => {};
  const isStuck = new Promise<void>((done) => {
    stuck = done;
  });
  server.addHook(() => ({
    fault: 'stuck',
    wrap: (sink: AnswerSink) => ({
      ...sink,
      get closed() {
        return sink.closed;
      },
      write: () => {
        stuck();
        return new Promise<void>(() => {});
      },
    }),
  }));
  const answer = await fetch(`${server.httpUrl}${pods}?watch=true`);
  server.store.create(pod(0));
  await isStuck;
  for (let at = 0; at <= 20_001; at++) {
    server.store.change(pod(0), (old) => ({ ...old, metadata: { ...old.metadata, labels: { at: String(at) } } }));
  }
  expect(await answer.text()).toBe('');
});
