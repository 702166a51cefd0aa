import { expect } from 'vitest';
import { type Behaviour, configMap, pathOf } from './behaviour.js';

export const writes: readonly Behaviour[] = [
  {
    name: 'a created object has uid, version and time of the server',
    since: 20,
    run: async ({ api, namespace }) => {
      const sent = { ...configMap('one', { a: 'b' }), metadata: { name: 'one', uid: 'mine' } };
      const { status, json } = await api.post(pathOf(namespace, 'configmaps'), sent);
      expect(status).toBe(201);
      expect(json).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'one', namespace } });
      expect(json.metadata.uid).not.toBe('mine');
      expect(json.metadata.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect((await api.get(pathOf(namespace, 'configmaps', 'one'))).json).toEqual(json);
    },
  },
  {
    name: 'an object that is created with a resourceVersion is a failure of the server',
    since: 20,
    run: async ({ api, namespace }) => {
      const metadata = { name: 'one', resourceVersion: '1' };
      const answer = await api.post(pathOf(namespace, 'configmaps'), { ...configMap('one'), metadata });
      expect(answer.json).toMatchObject({
        kind: 'Status',
        message: 'resourceVersion should not be set on objects to be created',
        code: 500,
      });
    },
  },
  {
    name: 'a name that is taken, a namespace that is not there, an object that is not there',
    since: 20,
    run: async ({ api, namespace }) => {
      const path = pathOf(namespace, 'configmaps');
      await api.post(path, configMap('one'));
      const again = await api.post(path, configMap('one'));
      expect(again.json).toMatchObject({
        status: 'Failure',
        message: 'configmaps "one" already exists',
        reason: 'AlreadyExists',
        details: { name: 'one', kind: 'configmaps' },
        code: 409,
      });
      const nowhere = await api.post(pathOf(`${namespace}-not`, 'configmaps'), configMap('one'));
      expect(nowhere.json).toMatchObject({
        message: `namespaces "${namespace}-not" not found`,
        reason: 'NotFound',
        code: 404,
      });
      const missing = await api.get(`/apis/apps/v1/namespaces/${namespace}/deployments/none`);
      expect(missing.json).toMatchObject({
        message: 'deployments.apps "none" not found',
        details: { name: 'none', group: 'apps', kind: 'deployments' },
        code: 404,
      });
      expect((await api.delete(`${path}/none`)).status).toBe(404);
      expect((await api.put(`${path}/none`, configMap('none'))).status).toBe(404);
    },
  },
  {
    name: 'generateName makes a name',
    since: 20,
    run: async ({ api, namespace }) => {
      const sent = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'map-' } };
      const names = new Set<string>();
      for (let at = 0; at < 3; at++)
        names.add((await api.post(pathOf(namespace, 'configmaps'), sent)).json.metadata.name);
      expect(names.size).toBe(3);
      for (const name of names) expect(name).toMatch(/^map-[a-z0-9]{5}$/);
    },
  },
  {
    name: 'names that Kubernetes does not allow are refused with 422',
    since: 20,
    run: async ({ api, namespace }) => {
      for (const name of ['Upper', 'under_score', '-dash', 'a'.repeat(254)]) {
        const answer = await api.post(pathOf(namespace, 'configmaps'), configMap(name));
        expect([name, answer.status, answer.json.reason]).toEqual([name, 422, 'Invalid']);
        expect(answer.json.details.causes[0].field).toBe('metadata.name');
      }
      const nameless = await api.post(pathOf(namespace, 'configmaps'), { apiVersion: 'v1', kind: 'ConfigMap' });
      expect(nameless.status).toBe(422);
    },
  },
  {
    name: 'an update of an old version is a conflict, one without version is not',
    since: 20,
    run: async ({ api, namespace }) => {
      const path = pathOf(namespace, 'configmaps', 'one');
      const first = (await api.post(pathOf(namespace, 'configmaps'), configMap('one'))).json;
      const second = await api.put(path, { ...first, data: { a: '1' } });
      expect(second.status).toBe(200);
      expect(second.json.metadata.resourceVersion).not.toBe(first.metadata.resourceVersion);
      expect(second.json.metadata.uid).toBe(first.metadata.uid);
      const late = await api.put(path, { ...first, data: { a: '2' } });
      expect(late.json).toMatchObject({
        reason: 'Conflict',
        code: 409,
        message:
          'Operation cannot be fulfilled on configmaps "one": the object has been modified; please apply your changes to the latest version and try again',
      });
      expect((await api.put(path, configMap('one', { a: '3' }))).status).toBe(200);
    },
  },
  {
    name: 'an update that changes nothing makes no new version',
    since: 20,
    run: async ({ api, namespace }) => {
      const made = (await api.post(pathOf(namespace, 'configmaps'), configMap('one', { a: 'b' }))).json;
      const same = (await api.put(pathOf(namespace, 'configmaps', 'one'), made)).json;
      expect(same.metadata.resourceVersion).toBe(made.metadata.resourceVersion);
    },
  },
  {
    name: 'a body that names another object, kind or version is refused with 400',
    since: 20,
    run: async ({ api, namespace }) => {
      const path = pathOf(namespace, 'configmaps');
      await api.post(path, configMap('one'));
      expect((await api.put(`${path}/one`, configMap('two'))).status).toBe(400);
      expect((await api.post(path, { ...configMap('x'), kind: 'Secret' })).status).toBe(400);
      expect((await api.post(path, { ...configMap('x'), apiVersion: 'v2' })).status).toBe(400);
      const elsewhere = { ...configMap('x'), metadata: { name: 'x', namespace: 'elsewhere' } };
      expect((await api.post(path, elsewhere)).status).toBe(400);
      expect((await api.post(path, '{"kind":')).status).toBe(400);
      expect((await api.post(path, '[]')).status).toBe(400);
    },
  },
  {
    name: 'status is written on its own, and spec without it; spec counts generations',
    since: 20,
    run: async ({ api, namespace }) => {
      const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
      const labels = { app: 'a' };
      const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'one' }] } };
      const spec = { replicas: 1, selector: { matchLabels: labels }, template };
      const sent = {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'd' },
        spec,
        status: { replicas: 9 },
      };
      const made = (await api.post(path, sent)).json;
      expect(made.status.replicas ?? 0).toBe(0);
      expect(made.metadata.generation).toBe(1);
      const status = { ...made, spec: { ...made.spec, replicas: 5 }, status: { replicas: 1 } };
      const after = (await api.put(`${path}/d/status`, status)).json;
      expect([after.spec.replicas, after.status.replicas, after.metadata.generation]).toEqual([1, 1, 1]);
      const main = { ...after, spec: { ...after.spec, replicas: 5 }, status: { replicas: 7 } };
      const last = (await api.put(`${path}/d`, main)).json;
      expect([last.spec.replicas, last.status.replicas, last.metadata.generation]).toEqual([5, 1, 2]);
    },
  },
  {
    name: 'merge, JSON and strategic patches',
    since: 20,
    run: async ({ api, namespace }) => {
      const pods = pathOf(namespace, 'pods');
      const containers = [
        { name: 'a', image: 'one' },
        { name: 'b', image: 'one' },
      ];
      await api.post(pods, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'p', labels: { x: '1' } },
        spec: { containers },
      });
      const path = `${pods}/p`;
      const merged = await api.patch(path, 'merge', { metadata: { labels: { x: null, y: '2' } } });
      expect(merged.json.metadata.labels).toEqual({ y: '2' });
      const patch = [{ op: 'replace', path: '/spec/containers/1/image', value: 'two' }];
      expect((await api.patch(path, 'json', patch)).json.spec.containers[1].image).toBe('two');
      const strategic = await api.patch(path, 'strategic-merge', {
        spec: { containers: [{ name: 'a', image: 'three' }] },
      });
      const images = strategic.json.spec.containers.map(
        (each: { name: string; image: string }) => `${each.name}=${each.image}`,
      );
      expect(images.sort()).toEqual(['a=three', 'b=two']);
      expect((await api.patch(path, 'json', [{ op: 'test', path: '/metadata/name', value: 'q' }])).status).toBe(422);
      expect((await api.send('PATCH', path, {}, { 'content-type': 'application/xml' })).status).toBe(415);
    },
  },
  {
    name: 'a deletion is bound to uid and version',
    since: 20,
    run: async ({ api, namespace }) => {
      const path = pathOf(namespace, 'configmaps', 'one');
      const made = (await api.post(pathOf(namespace, 'configmaps'), configMap('one'))).json;
      const options = (preconditions: object) => ({ apiVersion: 'v1', kind: 'DeleteOptions', preconditions });
      const wrong = await api.delete(path, options({ uid: 'other' }));
      expect(wrong.json).toMatchObject({ reason: 'Conflict', code: 409 });
      expect((await api.delete(path, options({ resourceVersion: '1' }))).status).toBe(409);
      const { uid, resourceVersion } = made.metadata;
      const right = await api.delete(path, options({ uid, resourceVersion }));
      expect(right.json).toMatchObject({
        kind: 'Status',
        status: 'Success',
        details: { name: 'one', kind: 'configmaps', uid },
      });
    },
  },
  {
    name: 'an object with finalizers waits for the last one to be taken away',
    since: 20,
    run: async ({ api, namespace }) => {
      const path = pathOf(namespace, 'configmaps', 'one');
      const held = { ...configMap('one'), metadata: { name: 'one', finalizers: ['example.org/held'] } };
      await api.post(pathOf(namespace, 'configmaps'), held);
      expect((await api.delete(path)).status).toBe(200);
      expect((await api.get(path)).json.metadata.deletionTimestamp).toMatch(/Z$/);
      await api.patch(path, 'merge', { metadata: { finalizers: null } });
      expect((await api.get(path)).status).toBe(404);
    },
  },
  {
    name: 'a collection is deleted by selector',
    since: 20,
    run: async ({ api, namespace }) => {
      const path = pathOf(namespace, 'configmaps');
      await api.post(path, configMap('one', {}, { go: 'yes' }));
      await api.post(path, configMap('two', {}, { go: 'yes' }));
      await api.post(path, configMap('three', {}, { go: 'no' }));
      expect((await api.delete(`${path}?labelSelector=go%3Dyes`)).status).toBe(200);
      const left = (await api.get(`${path}?labelSelector=go`)).json.items;
      expect(left.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual(['three']);
    },
  },
  {
    name: 'a dry run changes nothing',
    since: 20,
    run: async ({ api, namespace }) => {
      const path = pathOf(namespace, 'configmaps');
      expect((await api.post(`${path}?dryRun=All`, configMap('one'))).status).toBe(201);
      expect((await api.get(`${path}/one`)).status).toBe(404);
      expect((await api.post(`${path}?dryRun=Some`, configMap('one'))).status).toBe(422);
    },
  },
];
