import { expect } from 'vitest';
import type { Json } from '../api-client.js';
import { type Behaviour, configMap, pathOf } from './behaviour.js';

export const answers: readonly Behaviour[] = [
  {
    name: 'discovery names the groups and what is in them',
    since: 20,
    run: async ({ api }) => {
      expect((await api.get('/version')).json.gitVersion).toMatch(/^v1\.\d+\.\d+/);
      expect((await api.get('/api')).json).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
      const groups = (await api.get('/apis')).json.groups.map((group: Json) => group.name);
      expect(groups).toContain('apps');
      expect(groups).toContain('networking.k8s.io');
      const { resources } = (await api.get('/api/v1')).json;
      expect(resources.find((each: Json) => each.name === 'pods')).toMatchObject({
        kind: 'Pod',
        namespaced: true,
        shortNames: ['po'],
      });
      expect(resources.find((each: Json) => each.name === 'nodes').namespaced).toBe(false);
      expect((await api.get('/apis/apps')).json.preferredVersion.groupVersion).toBe('apps/v1');
      expect((await api.get('/apis/apps/v1')).json.groupVersion).toBe('apps/v1');
      for (const path of ['/healthz', '/readyz', '/livez']) expect((await api.get(path)).text).toBe('ok');
    },
  },
  {
    name: 'what is not served is not found',
    since: 20,
    run: async ({ api, namespace }) => {
      for (const path of [
        '/nothing',
        '/apis/none.example.org',
        '/apis/apps/v9/deployments',
        `/api/v1/namespaces/${namespace}/nothings`,
      ]) {
        expect([path, (await api.get(path)).status]).toEqual([path, 404]);
      }
    },
  },
  {
    name: 'paths with empty segments, dots and escaped slashes find nothing',
    since: 20,
    run: async ({ api, namespace }) => {
      const configMaps = pathOf(namespace, 'configmaps');
      for (const path of [
        '/api//v1/namespaces',
        `${configMaps}/a%2fb`,
        `${configMaps}/..%2fx`,
        '/api/v1/configmaps/one',
      ]) {
        const answer = await api.get(path);
        expect([path, answer.status, answer.json.kind]).toEqual([path, 404, 'Status']);
      }
    },
  },
  {
    name: 'methods that mean nothing are refused with 405',
    since: 20,
    run: async ({ api, namespace }) => {
      expect((await api.put(pathOf(namespace, 'configmaps'), configMap('a'))).status).toBe(405);
      expect((await api.post(pathOf(namespace, 'configmaps', 'a'), configMap('a'))).status).toBe(405);
      expect((await api.post('/api/v1/configmaps', configMap('a'))).status).toBe(405);
    },
  },
  {
    name: 'a wrong token is refused with 401 and a Status',
    since: 20,
    run: async ({ api, namespace }) => {
      const answer = await api.send('GET', pathOf(namespace, 'pods'), undefined, { authorization: 'Bearer wrong' });
      expect(answer.json).toMatchObject({ kind: 'Status', reason: 'Unauthorized', code: 401 });
    },
  },
  {
    name: 'a body of more than 3 MiB is refused with 413',
    since: 20,
    run: async ({ api, namespace }) => {
      const answer = await api.post(
        pathOf(namespace, 'configmaps'),
        configMap('a', { a: 'x'.repeat(3 * 1024 * 1024) }),
      );
      expect(answer.json).toMatchObject({ reason: 'RequestEntityTooLarge', code: 413 });
    },
  },
  {
    name: 'a client that takes only what is not spoken is refused with 406',
    since: 20,
    run: async ({ api, namespace }) => {
      const answer = await api.send('GET', pathOf(namespace, 'pods'), undefined, { accept: 'image/png' });
      expect(answer.status).toBe(406);
    },
  },
  {
    name: 'one Ingress is shown in each version, in its own words',
    since: 19,
    until: 21,
    run: async ({ api, namespace }) => {
      const backend = { service: { name: 'web', port: { number: 80 } } };
      const paths = [{ path: '/', pathType: 'Prefix', backend }];
      const spec = { defaultBackend: backend, rules: [{ host: 'example.org', http: { paths } }] };
      const sent = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'i' }, spec };
      const made = (await api.post(`/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`, sent)).json;
      for (const group of ['networking.k8s.io', 'extensions']) {
        const { json } = await api.get(`/apis/${group}/v1beta1/namespaces/${namespace}/ingresses/i`);
        expect(json.apiVersion).toBe(`${group}/v1beta1`);
        expect(json.metadata.uid).toBe(made.metadata.uid);
        expect(json.spec.backend).toEqual({ serviceName: 'web', servicePort: 80 });
        expect(json.spec.rules[0].http.paths[0].backend).toEqual({ serviceName: 'web', servicePort: 80 });
      }
    },
  },
];
