import { deflateSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { ExampleEntry } from '../../src/conformance/rule.js';
import {
  at,
  changed,
  type ExampleObject,
  exampleSnapshot,
  uid,
  without,
} from '../../src/conformance/rules/common/example-upload.js';
import type { Verdict } from '../../src/conformance/verdict.js';
import type { EntryInput } from '../../src/wire/call-messages.js';
import { encodeEntry } from '../../src/wire/entry-codec.js';
import { connect } from '../server/support/grpc-client.js';
import { serve } from './support/plumbline.js';

const configMap = (id: string, more: ExampleObject = {}) => ({
  metadata: { uid: uid(id), name: `settings-${id}`, namespace: 'shop', creationTimestamp: '2024-04-29T10:02:38Z' },
  ...more,
});

/** Each line breaks the rule that it names, and no other. */
function brokenEntries(): EntryInput[] {
  let entries: ExampleEntry[] = without(exampleSnapshot(), '*version.Info'); // snapshot/version-info
  entries = changed(entries, '*v1.Pod', (pod) => {
    const metadata = at(pod, 'metadata');
    if (metadata.name === 'store-0') {
      at(pod, 'status').podIP = 'pending'; // hazard/pod-ip-is-an-ip
      at(pod, 'status').podNetworks = [{ name: 'net1' }]; // hazard/no-pod-networks
      at(pod, 'status').hostIP = '10.0.0.99'; // reference/node-uploaded
      metadata.generateName = 'store-'; // hazard/no-generate-name
    } else {
      pod.spec = { containers: [{ name: 'web', env: [{ name: 'TOKEN', value: 'hunter2' }] }] }; // privacy/no-container-env
    }
    return pod;
  });
  const [pod] = entries
    .filter(({ type }) => type === '*v1.Pod')
    .map(({ object }) => structuredClone(object) as ExampleObject);
  if (pod === undefined) throw new Error('the example has a Pod');
  const orphan = { ...pod, spec: {}, metadata: { ...at(pod, 'metadata'), uid: uid('31'), name: 'orphan' } };
  at(orphan, 'metadata').ownerReferences = [{ kind: 'ReplicaSet', name: 'gone', uid: uid('3f') }]; // reference/owner-uploaded
  const stray = { ...configMap('32'), metadata: { ...configMap('32').metadata, namespace: 'nowhere' } }; // reference/namespace-uploaded
  const json = (type: string, object: unknown): EntryInput => ({ type, compressedInfo: encodeEntry(object) });
  const [ingress] = entries.filter(({ type }) => type === '*v1beta1.Ingress');
  return [
    ...entries.map(({ type, object }) => json(type, object)),
    json('*v1.Pod', orphan),
    json('*v1.ConfigMap', stray),
    json('*v1.ConfigMap', configMap('33', { data: { password: 'hunter2' } })), // privacy/no-configmap-data
    json('*v1.ConfigMap', configMap('34')),
    json('*v1.ConfigMap', configMap('34')), // entry/unique
    json('*v1.Job', configMap('35')), // entry/type-known
    json('*v1.ConfigMap', { kind: 'ConfigMapList', apiVersion: 'v1', items: [configMap('36')] }), // entry/one-object
    { type: '*v1.ConfigMap', compressedInfo: gzipSync(JSON.stringify(configMap('37'))) }, // entry/zlib-stream
    { type: '*v1.ConfigMap', compressedInfo: deflateSync('{"metadata":') }, // entry/json-object
    { type: '*v1.ConfigMap', info: JSON.stringify(configMap('38')) }, // entry/compressed-info-present
    { type: '*v1.ConfigMap', compressedInfo: deflateSync(Buffer.alloc(70 * 1024 * 1024)) }, // entry/inflates-within-bounds
    json('*v1.Ingress', { ...(ingress?.object as ExampleObject), metadata: { ...configMap('39').metadata } }), // snapshot/one-ingress-type
  ];
}

it('names exactly the rules, more than twenty, that one upload breaks', async () => {
  const serving = await serve(['--compat', 'v7']);
  try {
    const client = connect(serving.grpc);
    await client.sync({
      clusterId: 'shop_cluster', // request/cluster-id-valid; nobody registers it: handshake/cluster-registered
      version: 1n,
      sourceIp: 'my-host', // request/source-ip-valid
      // no agent_id: request/agent-id-present
      entries: brokenEntries(),
    });
    const verdict = (await (await fetch(`http://${serving.admin}/api/verdict`)).json()) as Verdict;
    const failed = verdict.rules
      .filter(({ status, level }) => status === 'failed' && level !== 'info')
      .map(({ id }) => id);
    expect(failed.sort()).toEqual([
      'entry/compressed-info-present',
      'entry/inflates-within-bounds',
      'entry/json-object',
      'entry/one-object',
      'entry/type-known',
      'entry/unique',
      'entry/zlib-stream',
      'handshake/cluster-registered',
      'hazard/no-generate-name',
      'hazard/no-pod-networks',
      'hazard/pod-ip-is-an-ip',
      'privacy/no-configmap-data',
      'privacy/no-container-env',
      'reference/namespace-uploaded',
      'reference/node-uploaded',
      'reference/owner-uploaded',
      'request/agent-id-present',
      'request/cluster-id-valid',
      'request/source-ip-valid',
      'snapshot/one-ingress-type',
      'snapshot/version-info',
    ]);
    expect(JSON.stringify(verdict)).not.toContain('hunter2');
  } finally {
    await serving.stop();
  }
});
