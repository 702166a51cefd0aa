import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import type { KubeTarget } from '../../../../src/conformance/kube-target.js';
import { NotPlayable } from '../../../../src/conformance/run/open-target.js';
import { SceneNotSet } from '../../../../src/conformance/run/stage.js';
import { createRealTargets } from '../../../../src/conformance/run/targets/real-targets.js';
import { baseCluster } from '../../../../src/conformance/scenarios/common/base-cluster.js';
import { kubeNamespace, service } from '../../../../src/conformance/scenarios/common/kube-objects.js';
import type { KubeChange, KubeRequest } from '../../../../src/kube/kube-object.js';
import { type ApiClient, createApiClient } from '../../../apiserver/api-client.js';
import { apiOfTest } from '../../../apiserver/started-api.js';

/** The embedded API stands for somebody's cluster: nothing of it is used but what any has. */
async function targetsOfTest() {
  const { server, api } = await apiOfTest();
  const directory = await mkdtemp(join(tmpdir(), 'plumbline-targets-'));
  let ids = 0;
  const targets = await createRealTargets({
    cluster: { kubeconfig: server.kubeconfig, bare: false, close: async () => {} },
    clock: { now: () => Date.now() },
    ids: () => {
      ids += 1;
      return String(ids);
    },
    onProblem: () => {},
  });
  onTestFinished(async () => {
    await targets.close();
    await rm(directory, { recursive: true, force: true });
  });
  const request = { directory, clock: { now: () => Date.now() }, seed: 1, objects: baseCluster() };
  return { api, server, targets, request, open: () => targets.openTarget(request) };
}

/** What an agent would use: the kubeconfig of the target, and nothing else. */
async function clientOf(target: KubeTarget): Promise<ApiClient> {
  const { clusters, users } = parse(await readFile(target.kubeconfig, 'utf8'));
  const { server, 'certificate-authority': ca } = clusters[0].cluster;
  const token = await readFile(users[0].user.tokenFile, 'utf8');
  return createApiClient({ url: server, token, ca: await readFile(ca, 'utf8') });
}

const pods = '/api/v1/namespaces/plumbline-1/pods';

test('a scenario gets a namespace of its own, which is gone after it with all that is in it', async () => {
  const { api, open } = await targetsOfTest();
  const target = await open();
  expect(target.scope).toEqual({ kind: 'namespace', namespace: 'plumbline-1' });
  const made = (await api.get(pods)).json.items;
  expect(made.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toContain('store-0');
  expect((await api.get('/api/v1/nodes')).json.items).toEqual([]);
  await target.close();
  expect((await api.get('/api/v1/namespaces/plumbline-1')).status).toBe(404);
  expect((await api.get('/api/v1/pods')).json.items).toEqual([]);
});

test('changes are told by the time that a write resolves, those of others too', async () => {
  const { api, open } = await targetsOfTest();
  const target = await open();
  const seen: string[] = [];
  const note = ({ change, object }: KubeChange) =>
    void seen.push(`${change} ${object.metadata.namespace}/${object.metadata.name}`);
  target.onChange(note);
  const made = await target.create(service({ name: 'web', number: 3 }));
  await target.update({ ...made, metadata: { ...made.metadata, labels: { a: 'b' } } });
  await target.delete(made);
  const where = 'plumbline-1/web';
  expect(seen).toEqual([`added ${where}`, `modified ${where}`, `deleted ${where}`]);
  await api.post('/api/v1/namespaces/default/configmaps', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'elsewhere' },
  });
  await expect.poll(() => seen.at(-1)).toBe('added default/elsewhere');
  expect((await target.list()).some(({ metadata }) => metadata.name === 'elsewhere')).toBe(true);
  await target.close();
});

test('what belongs to the whole cluster is not written, and what it cannot be is said', async () => {
  const { open, targets, request } = await targetsOfTest();
  const target = await open();
  await expect(target.create(kubeNamespace('billing'))).rejects.toThrow(SceneNotSet);
  await target.close();
  await expect(targets.openTarget({ ...request, resourceVersions: 'opaque' })).rejects.toThrow(NotPlayable);
  await expect(targets.openTarget({ ...request, groups: ['route.openshift.io/v1'] })).rejects.toThrow(
    'does not serve route.openshift.io/v1',
  );
});

test('requests and events of the agent are seen on their way', async () => {
  const { open } = await targetsOfTest();
  const target = await open();
  const requests: KubeRequest[] = [];
  const events: string[] = [];
  target.onRequest((request, phase) => void (phase === 'end' && requests.push(request)));
  target.onWatchEvent?.(({ type, kind, name }) => void events.push(`${type} ${kind} ${name}`));
  const agent = await clientOf(target);
  const { json } = await agent.get('/api/v1/pods?limit=2');
  expect(json.items).toHaveLength(2);
  expect(requests).toMatchObject([{ verb: 'list', resource: 'pods', status: 200, query: { limit: '2' }, fault: null }]);
  const watch = await agent.watch(`/api/v1/services?watch=true&resourceVersion=${json.metadata.resourceVersion}`);
  await target.create(service({ name: 'web', number: 3 }));
  expect((await watch.next()).object.metadata.name).toBe('web');
  expect(events).toEqual(['ADDED Service web']);
  watch.stop();
  expect((await agent.send('GET', '/api/v1/pods', undefined, { authorization: 'Bearer wrong' })).status).toBe(401);
  await target.close();
});

test('faults strike in front of the real one', async () => {
  const { open } = await targetsOfTest();
  const target = await open();
  const agent = await clientOf(target);
  const faults = target.faults;
  if (faults === null) throw new Error('no faults');
  const stop = faults.add({ id: 'f', match: { resource: 'pods' }, effect: { kind: 'status', code: 503 } });
  expect((await agent.get('/api/v1/pods')).json).toMatchObject({ kind: 'Status', code: 503 });
  expect((await agent.get('/api/v1/services')).status).toBe(200);
  stop();
  const empty = faults.add({ id: 'e', match: { verb: 'list' }, effect: { kind: 'empty-list-then-error' } });
  await expect(agent.get('/api/v1/pods')).rejects.toThrow();
  empty();
  const small = faults.add({ id: 's', match: { verb: 'list' }, effect: { kind: 'page-size', limit: 2 } });
  const first = (await agent.get('/api/v1/pods?limit=500')).json;
  expect(first.items).toHaveLength(2);
  small();
  faults.add({ id: 'c', match: { verb: 'list' }, times: 1, effect: { kind: 'expired-continue' } });
  const next = `/api/v1/pods?limit=500&continue=${encodeURIComponent(first.metadata.continue)}`;
  const gone = (await agent.get(next)).json;
  expect(gone).toMatchObject({ reason: 'Expired', code: 410 });
  const rest = (await agent.get(`/api/v1/pods?limit=500&continue=${encodeURIComponent(gone.metadata.continue)}`)).json;
  expect(rest.items.length).toBe((await agent.get('/api/v1/pods')).json.items.length - 2);
  faults.add({ id: 'g', match: { verb: 'watch' }, times: 1, effect: { kind: 'gone-event' } });
  const watch = await agent.watch('/api/v1/pods?watch=true&resourceVersion=1');
  expect((await watch.next()).object).toMatchObject({ kind: 'Status', code: 410 });
  expect(await watch.next()).toBeNull();
  await faults.rotateToken();
  expect((await agent.get('/api/v1/pods')).status).toBe(401);
  expect((await (await clientOf(target)).get('/api/v1/pods')).status).toBe(200);
  await target.close();
});

test('a list of the past shows what there was', async () => {
  const { open } = await targetsOfTest();
  const target = await open();
  const agent = await clientOf(target);
  await target.create(service({ name: 'web', number: 3 }));
  const match = { verb: 'list', resource: 'services' };
  target.faults?.add({ id: 'past', match, times: 1, effect: { kind: 'stale-list', changes: 1 } });
  const names = async () =>
    (await agent.get('/api/v1/services')).json.items.map((item: { metadata: { name: string } }) => item.metadata.name);
  expect(await names()).not.toContain('web');
  expect(await names()).toContain('web');
  await target.close();
});
