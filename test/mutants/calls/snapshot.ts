import { ingressTypesByPreference } from '../../../src/kube/type-strings.js';
import type { CallMutant } from '../call-mutant.js';
import { changeEntries, changeObjects, part, replaceFirst } from '../change-calls.js';
import type { RecordedCall } from '../recording.js';

/** Mutants of snapshot/*, reference/*, replicaset/* and entry/unique: what an upload as a whole lacks or has twice. */
export const snapshotMutants: readonly CallMutant[] = [
  {
    rule: 'entry/unique',
    name: 'twice',
    does: 'It sends one Service twice.',
    change: (calls) => replaceFirst(calls, '*v1.Service', (entry) => [entry, entry]),
  },
  {
    rule: 'snapshot/version-info',
    name: 'without',
    does: 'It sends no *version.Info.',
    change: (calls) => without(calls, '*version.Info'),
  },
  {
    rule: 'snapshot/version-info',
    name: 'nameless',
    does: 'Its *version.Info has no gitVersion.',
    change: (calls) => changeObjects(calls, '*version.Info', ({ gitVersion: _, ...version }) => version),
  },
  ...['*v1.Node', '*v1.Namespace', '*v1.Pod', '*v1.StatefulSet', '*v1.ReplicaSet', '*v1.DaemonSet'].map((type) => ({
    rule: 'snapshot/required-types',
    name: type.slice('*v1.'.length).toLowerCase(),
    does: `It sends no ${type}.`,
    change: (calls: readonly RecordedCall[]) => without(calls, type),
  })),
  {
    rule: 'snapshot/usable-node',
    name: 'hostnames',
    does: 'Of the addresses of Nodes it sends those of type Hostname only.',
    change: (calls) =>
      changeObjects(calls, '*v1.Node', (node) => {
        part(node, 'status').addresses = [{ type: 'Hostname', address: 'node' }];
        return node;
      }),
  },
  {
    rule: 'snapshot/one-ingress-type',
    name: 'two',
    does: 'It sends one Ingress under another type than the rest.',
    change: (calls) =>
      changeEntries(calls, (entries) => {
        const first = entries.findIndex(({ type }) => ingressTypesByPreference.includes(type));
        return entries.map((entry, index) => (index === first ? { ...entry, type: '*v1beta1.Ingress' } : entry));
      }),
  },
  {
    rule: 'reference/namespace-uploaded',
    name: 'without',
    does: 'It leaves one Namespace out.',
    change: (calls) => withoutNamed(calls, '*v1.Namespace', 'shop'),
  },
  {
    rule: 'reference/owner-uploaded',
    name: 'without',
    does: 'It leaves out one ReplicationController that owns a Pod.',
    change: (calls) => withoutNamed(calls, '*v1.ReplicationController', 'web'),
  },
  {
    rule: 'reference/node-uploaded',
    name: 'without',
    does: 'It leaves out one Node that has Pods.',
    change: (calls) => replaceFirst(calls, '*v1.Node', () => []),
  },
  {
    rule: 'replicaset/owner-references-array',
    name: 'object',
    does: 'It sends ownerReferences of ReplicaSets as the document shows them, as an object.',
    change: (calls) =>
      changeObjects(calls, '*v1.ReplicaSet', (replicaSet) => {
        const metadata = part(replicaSet, 'metadata');
        const owners = metadata.ownerReferences;
        if (Array.isArray(owners)) metadata.ownerReferences = owners[0];
        return replicaSet;
      }),
  },
];

function without(calls: readonly RecordedCall[], type: string): readonly RecordedCall[] {
  return changeEntries(calls, (entries) => entries.filter((entry) => entry.type !== type));
}

function withoutNamed(calls: readonly RecordedCall[], type: string, name: string): readonly RecordedCall[] {
  const isNamed = (object: object): boolean => (object as { metadata?: { name?: string } }).metadata?.name === name;
  return changeEntries(calls, (entries) =>
    entries.filter((entry) => entry.type !== type || !isNamed(entry.object ?? {})),
  );
}
