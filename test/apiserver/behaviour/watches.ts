import { expect } from 'vitest';
import type { Json } from '../api-client.js';
import { type Behaviour, configMap, pathOf } from './behaviour.js';

type Context = Parameters<Behaviour['run']>[0];

async function versionOf(context: Context): Promise<string> {
  return (await context.api.get(pathOf(context.namespace, 'configmaps'))).json.metadata.resourceVersion;
}

const brief = (event: Json): string => `${event.type} ${event.object.metadata.name}`;

export const watches: readonly Behaviour[] = [
  {
    name: 'a watch from a version gets what happened after it, and what happens then',
    since: 20,
    run: async (context) => {
      const path = pathOf(context.namespace, 'configmaps');
      const version = await versionOf(context);
      await context.api.post(path, configMap('one'));
      await context.api.patch(`${path}/one`, 'merge', { data: { a: 'b' } });
      const watch = await context.api.watch(`${path}?watch=true&resourceVersion=${version}`);
      expect(watch.status).toBe(200);
      const past = await watch.until((event) => event.type === 'MODIFIED');
      expect(past.map(brief)).toEqual(['ADDED one', 'MODIFIED one']);
      expect(past[1].object).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1', data: { a: 'b' } });
      await context.api.delete(`${path}/one`);
      const [gone] = await watch.until(() => true);
      expect(brief(gone)).toBe('DELETED one');
      expect(gone.object.metadata.resourceVersion).not.toBe(past[1].object.metadata.resourceVersion);
      watch.stop();
    },
  },
  {
    name: 'a watch without version begins with what there is',
    since: 20,
    run: async (context) => {
      const path = pathOf(context.namespace, 'configmaps');
      await context.api.post(path, configMap('one', {}, { ours: 'yes' }));
      await context.api.post(path, configMap('two', {}, { ours: 'yes' }));
      for (const version of ['', '&resourceVersion=0']) {
        const watch = await context.api.watch(`${path}?watch=1&labelSelector=ours${version}`);
        const events = [await watch.next(), await watch.next()];
        expect(events.map(brief).sort()).toEqual(['ADDED one', 'ADDED two']);
        watch.stop();
      }
    },
  },
  {
    name: 'an object that leaves the selection is deleted for the watch, and one that enters it added',
    since: 20,
    run: async (context) => {
      const path = pathOf(context.namespace, 'configmaps');
      const version = await versionOf(context);
      const watch = await context.api.watch(`${path}?watch=true&labelSelector=color%3Dred&resourceVersion=${version}`);
      await context.api.post(path, configMap('one', {}, { color: 'blue' }));
      await context.api.patch(`${path}/one`, 'merge', { metadata: { labels: { color: 'red' } } });
      await context.api.patch(`${path}/one`, 'merge', { data: { still: 'red' } });
      const left = await context.api.patch(`${path}/one`, 'merge', { metadata: { labels: { color: 'blue' } } });
      const events = await watch.until((event) => event.type === 'DELETED');
      expect(events.map(brief)).toEqual(['ADDED one', 'MODIFIED one', 'DELETED one']);
      expect(events[2].object.metadata.labels.color).toBe('red');
      expect(events[2].object.metadata.resourceVersion).toBe(left.json.metadata.resourceVersion);
      watch.stop();
    },
  },
  {
    name: 'timeoutSeconds ends a watch cleanly, with a bookmark for those who allow them',
    since: 20,
    run: async (context) => {
      const path = pathOf(context.namespace, 'configmaps');
      const version = await versionOf(context);
      const query = `watch=true&allowWatchBookmarks=true&timeoutSeconds=2&resourceVersion=${version}`;
      const watch = await context.api.watch(`${path}?${query}`);
      const made = await context.api.post(path, configMap('one'));
      const seen: Json[] = [];
      for (let event = await watch.next(); event !== null; event = await watch.next()) seen.push(event);
      expect(seen.map((event) => event.type)).toEqual(['ADDED', ...seen.slice(1).map(() => 'BOOKMARK')]);
      for (const { object } of seen.slice(1)) {
        expect(object).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1' });
        expect(object.metadata.name ?? '').toBe('');
        expect(object.metadata.resourceVersion).toMatch(/./);
      }
      expect(made.status).toBe(201);
    },
  },
  {
    name: 'a streaming list: the objects, then a bookmark that ends them, then what happens',
    since: 32,
    gate: 'WatchList',
    run: async (context) => {
      const path = pathOf(context.namespace, 'configmaps');
      await context.api.post(path, configMap('one', {}, { ours: 'yes' }));
      const query =
        'watch=true&labelSelector=ours&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
      const watch = await context.api.watch(`${path}?${query}`);
      const events = await watch.until((event) => event.type === 'BOOKMARK');
      expect(events.slice(0, -1).map(brief)).toEqual(['ADDED one']);
      expect(events.at(-1)?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
      await context.api.post(path, configMap('two', {}, { ours: 'yes' }));
      const later = await watch.until((event) => event.type !== 'BOOKMARK');
      expect(later.map(brief).at(-1)).toBe('ADDED two');
      watch.stop();
      const without = await context.api.get(`${path}?watch=true&sendInitialEvents=true`);
      expect([without.status, without.json.reason]).toEqual([422, 'Invalid']);
    },
  },
  {
    name: 'a watch of one object by field selector sees that one',
    since: 20,
    run: async (context) => {
      const path = pathOf(context.namespace, 'configmaps');
      const version = await versionOf(context);
      const watch = await context.api.watch(
        `${path}?watch=true&fieldSelector=metadata.name%3Dtwo&resourceVersion=${version}`,
      );
      await context.api.post(path, configMap('one'));
      await context.api.post(path, configMap('two'));
      expect(brief(await watch.next())).toBe('ADDED two');
      watch.stop();
    },
  },
  {
    name: 'a namespace goes with what is in it, each seen by its watch',
    since: 20,
    gate: 'namespace controller',
    run: async (context) => {
      const name = context.unique;
      await context.api.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      await context.api.post(pathOf(name, 'configmaps'), configMap('inside', {}, { ours: 'yes' }));
      const version = (await context.api.get('/api/v1/namespaces')).json.metadata.resourceVersion;
      const inside = await context.api.watch(
        `${pathOf(name, 'configmaps')}?watch=true&labelSelector=ours&resourceVersion=${version}`,
      );
      const namespaces = await context.api.watch(
        `/api/v1/namespaces?watch=true&fieldSelector=metadata.name%3D${name}&resourceVersion=${version}`,
      );
      await context.api.delete(`/api/v1/namespaces/${name}`);
      expect(brief(await inside.next())).toBe('DELETED inside');
      const events = await namespaces.until((event) => event.type === 'DELETED');
      expect(events[0].object.status.phase).toBe('Terminating');
      expect((await context.api.get(`/api/v1/namespaces/${name}`)).status).toBe(404);
      inside.stop();
      namespaces.stop();
    },
  },
];
