import { expect } from 'vitest';
import type { Json } from '../api-client.js';
import { type Behaviour, configMap, pathOf } from './behaviour.js';

/** Lists without the objects that a real cluster puts into each namespace by itself. */
const ours = 'labelSelector=ours';

async function fill(context: Parameters<Behaviour['run']>[0], count: number): Promise<void> {
  for (let at = 0; at < count; at++) {
    const labels = { ours: 'yes', parity: at % 2 === 0 ? 'even' : 'odd', number: String(at) };
    const made = await context.api.post(pathOf(context.namespace, 'configmaps'), configMap(`map-${at}`, {}, labels));
    expect(made.status).toBe(201);
  }
}

const names = (list: Json): string[] => list.items.map((item: Json) => item.metadata.name);

export const lists: readonly Behaviour[] = [
  {
    name: 'a list has its kind and version, and items of built-in kinds have neither',
    since: 20,
    run: async (context) => {
      await fill(context, 1);
      const { json } = await context.api.get(`${pathOf(context.namespace, 'configmaps')}?${ours}`);
      expect(json).toMatchObject({ kind: 'ConfigMapList', apiVersion: 'v1' });
      expect(json.metadata.resourceVersion).toMatch(/./);
      expect(Object.keys(json.items[0])).not.toContain('kind');
      expect(Object.keys(json.items[0])).not.toContain('apiVersion');
    },
  },
  {
    name: 'a list is in the order of namespaces and names',
    since: 20,
    run: async (context) => {
      for (const name of ['b', 'a-1', 'a', 'a.b', 'c']) {
        await context.api.post(pathOf(context.namespace, 'configmaps'), configMap(name, {}, { ours: 'yes' }));
      }
      const { json } = await context.api.get(`${pathOf(context.namespace, 'configmaps')}?${ours}`);
      expect(names(json)).toEqual(['a', 'a-1', 'a.b', 'b', 'c']);
    },
  },
  {
    name: 'pages show the state of the first one, whatever happens between',
    since: 20,
    run: async (context) => {
      await fill(context, 7);
      const path = pathOf(context.namespace, 'configmaps');
      const first = (await context.api.get(`${path}?limit=3&${ours}`)).json;
      expect(names(first)).toEqual(['map-0', 'map-1', 'map-2']);
      await context.api.delete(`${path}/map-4`);
      await context.api.post(path, configMap('map-35', {}, { ours: 'yes' }));
      await context.api.patch(`${path}/map-5`, 'merge', { data: { changed: 'yes' } });
      const seen: Json[] = [];
      for (let token = first.metadata.continue; token !== undefined && token !== ''; ) {
        const page = (await context.api.get(`${path}?limit=3&${ours}&continue=${encodeURIComponent(token)}`)).json;
        expect(page.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
        seen.push(...page.items);
        token = page.metadata.continue;
      }
      expect(seen.map((item) => item.metadata.name)).toEqual(['map-3', 'map-4', 'map-5', 'map-6']);
      expect(seen.find((item) => item.metadata.name === 'map-5').data ?? {}).toEqual({});
    },
  },
  {
    name: 'a page of a list without selector says how many remain',
    since: 20,
    run: async (context) => {
      await fill(context, 5);
      const path = pathOf(context.namespace, 'configmaps');
      const all = (await context.api.get(path)).json.items.length;
      const first = (await context.api.get(`${path}?limit=2`)).json;
      expect(first.metadata.remainingItemCount).toBe(all - 2);
      const second = (await context.api.get(`${path}?limit=2&continue=${first.metadata.continue}`)).json;
      expect(second.metadata.remainingItemCount).toBe(all - 4);
    },
  },
  {
    name: 'a list at exactly a version shows the past',
    since: 20,
    run: async (context) => {
      await fill(context, 2);
      const path = pathOf(context.namespace, 'configmaps');
      const { resourceVersion } = (await context.api.get(`${path}?${ours}`)).json.metadata;
      await context.api.delete(`${path}/map-0`);
      const exact = `resourceVersion=${resourceVersion}&resourceVersionMatch=Exact`;
      const past = (await context.api.get(`${path}?${exact}&${ours}`)).json;
      expect(names(past)).toEqual(['map-0', 'map-1']);
      expect(past.metadata.resourceVersion).toBe(resourceVersion);
      const newer = `resourceVersion=${resourceVersion}&resourceVersionMatch=NotOlderThan`;
      expect(names((await context.api.get(`${path}?${newer}&${ours}`)).json)).toEqual(['map-1']);
    },
  },
  {
    name: 'label selectors: equality, sets, existence',
    since: 20,
    run: async (context) => {
      await fill(context, 4);
      const select = async (selector: string) => {
        const query = `labelSelector=${encodeURIComponent(`ours,${selector}`)}`;
        return names((await context.api.get(`${pathOf(context.namespace, 'configmaps')}?${query}`)).json);
      };
      expect(await select('parity=even')).toEqual(['map-0', 'map-2']);
      expect(await select('parity==even,number!=0')).toEqual(['map-2']);
      expect(await select('number in (1, 2)')).toEqual(['map-1', 'map-2']);
      expect(await select('number notin (1,2),parity')).toEqual(['map-0', 'map-3']);
      expect(await select('!parity')).toEqual([]);
      expect(await select('number>1')).toEqual(['map-2', 'map-3']);
    },
  },
  {
    name: 'field selectors: by name and namespace, over all namespaces',
    since: 20,
    run: async (context) => {
      await fill(context, 3);
      const query = encodeURIComponent(`metadata.namespace=${context.namespace},metadata.name!=map-1`);
      const { json } = await context.api.get(`/api/v1/configmaps?${ours}&fieldSelector=${query}`);
      expect(names(json)).toEqual(['map-0', 'map-2']);
    },
  },
  {
    name: 'pods can be selected by node and phase',
    since: 20,
    run: async (context) => {
      const path = pathOf(context.namespace, 'pods');
      for (const [name, nodeName] of [
        ['on-a', 'node-a'],
        ['on-b', 'node-b'],
      ]) {
        const spec = { nodeName, containers: [{ name: 'c', image: 'none' }] };
        expect((await context.api.post(path, { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec })).status).toBe(
          201,
        );
      }
      await context.api.patch(`${path}/on-b/status`, 'merge', { status: { phase: 'Running' } });
      expect(names((await context.api.get(`${path}?fieldSelector=spec.nodeName%3Dnode-a`)).json)).toEqual(['on-a']);
      expect(names((await context.api.get(`${path}?fieldSelector=status.phase%3DRunning`)).json)).toEqual(['on-b']);
    },
  },
  {
    name: 'what cannot be read in a query is refused with 400',
    since: 20,
    run: async (context) => {
      const path = pathOf(context.namespace, 'configmaps');
      for (const query of [
        'limit=many',
        'fieldSelector=data.x%3D1',
        'labelSelector=a+b',
        'labelSelector=%3D',
        'continue=nonsense',
      ]) {
        const answer = await context.api.get(`${path}?${query}`);
        expect([query, answer.status]).toEqual([query, 400]);
        expect(answer.json).toMatchObject({ kind: 'Status', status: 'Failure', reason: 'BadRequest', code: 400 });
      }
    },
  },
  {
    name: 'a resourceVersion that is none is a failure of the server, for lists and watches',
    since: 20,
    run: async (context) => {
      const path = pathOf(context.namespace, 'configmaps');
      for (const query of ['resourceVersion=nonsense', 'watch=true&resourceVersion=nonsense']) {
        const { status, json } = await context.api.get(`${path}?${query}`);
        expect([query, status, json.kind, json.code]).toEqual([query, 500, 'Status', 500]);
        expect(json.message).toContain('resourceVersion: Invalid value: "nonsense"');
      }
    },
  },
  {
    name: 'a list from a resourceVersion that is still to come is refused with 504',
    since: 20,
    numbered: true,
    run: async (context) => {
      const { json } = await context.api.get(`${pathOf(context.namespace, 'configmaps')}?resourceVersion=99999999`);
      expect(json).toMatchObject({ kind: 'Status', reason: 'Timeout', code: 504 });
      expect(json.message).toContain('Too large resource version: 99999999');
      expect(json.details.causes[0].reason).toBe('ResourceVersionTooLarge');
    },
  },
  {
    name: 'a limit below 0 is none',
    since: 20,
    run: async (context) => {
      await fill(context, 2);
      const { json } = await context.api.get(`${pathOf(context.namespace, 'configmaps')}?limit=-1&${ours}`);
      expect(names(json)).toEqual(['map-0', 'map-1']);
    },
  },
  {
    name: 'combinations of list options that mean nothing are refused with 422',
    since: 20,
    run: async (context) => {
      const path = pathOf(context.namespace, 'configmaps');
      for (const query of [
        'resourceVersionMatch=Exact',
        'resourceVersion=0&resourceVersionMatch=Exact',
        'resourceVersion=0&resourceVersionMatch=Other',
      ]) {
        const answer = await context.api.get(`${path}?${query}`);
        expect([query, answer.status, answer.json.reason]).toEqual([query, 422, 'Invalid']);
      }
    },
  },
];
