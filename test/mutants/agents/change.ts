import { type AgentMutant, patchesOf } from '../agent-mutant.js';

const resources = patchesOf('kube-resources.js');
const source = patchesOf('kube-source.js');
const trim = patchesOf('trim.js');
const watcher = patchesOf('kube-watcher.js');

const deletion = "if (event.type === 'DELETED')";
const isNamed = '[...objects.values()].some(({ json }) => json.includes(JSON.stringify(object.metadata.name)))';
const deleted = 'objects.delete(uidOf(object));';

/** Agents whose uploads are not what Kubernetes holds. */
export const changeMutants: readonly AgentMutant[] = [
  {
    rule: 'change/added-appears',
    name: 'ignores',
    does: 'It ignores ADDED events.',
    scenario: 'object-changes',
    patches: [watcher(deletion, `if (event.type === 'ADDED') continue; ${deletion}`)],
  },
  {
    rule: 'change/modified-appears',
    name: 'ignores',
    does: 'It ignores MODIFIED events.',
    scenario: 'object-changes',
    patches: [watcher(deletion, `if (event.type === 'MODIFIED') continue; ${deletion}`)],
  },
  {
    rule: 'change/deleted-disappears',
    name: 'ignores',
    does: 'It ignores DELETED events.',
    scenario: 'object-changes',
    patches: [watcher(deletion, `if (event.type === 'DELETED') continue; ${deletion}`)],
  },
  {
    rule: 'change/recreated-has-new-uid',
    name: 'by-name',
    does: 'It keeps objects by name: one that is made anew under an old name is for it the old one.',
    scenario: 'object-recreated',
    patches: [
      watcher(
        deletion,
        `if (event.type === 'DELETED') continue; if (event.type === 'ADDED' && ${isNamed}) continue; ${deletion}`,
      ),
    ],
  },
  {
    rule: 'change/last-of-type-disappears',
    name: 'keeps-last',
    does: 'It never lets go of the last object of a type, as deepflow-agent itself.',
    scenario: 'last-of-type',
    patches: [
      watcher(deleted, `{ if (objects.size > 1) ${deleted} }`),
      watcher('objects = next;', 'if (next.size > 0) objects = next;'),
    ],
  },
  {
    rule: 'snapshot/complete',
    name: 'no-services',
    does: 'It does not upload Services.',
    scenario: 'first-snapshot',
    patches: [resources("resource('services', 'Service', 'v1'),", '')],
  },
  {
    rule: 'snapshot/nothing-extra',
    name: 'made-up',
    does: 'It uploads a Namespace that never was.',
    scenario: 'first-snapshot',
    patches: [source('stale = false;', `all = [...all, ${madeUp()}]; stale = false;`)],
  },
  {
    rule: 'snapshot/faithful',
    name: 'other-address',
    does: 'It uploads another clusterIP than Kubernetes holds.',
    scenario: 'first-snapshot',
    patches: [
      trim(
        "spec: pick(spec, 'type', 'clusterIP',",
        "spec: pick({ ...spec, clusterIP: '10.96.200.200' }, 'type', 'clusterIP',",
      ),
    ],
  },
  {
    rule: 'request/version-stable-without-change',
    name: 'noise',
    does: 'It uploads resourceVersion too, and so has a new version whenever anything is written.',
    scenario: 'noise',
    patches: [trim("'uid', 'name', 'namespace', ...more", "'uid', 'name', 'namespace', 'resourceVersion', ...more")],
  },
  {
    rule: 'resources/follows-configuration',
    name: 'defaults',
    does: 'It lists what DeepFlow lists by default, whatever the configuration says.',
    scenario: 'openshift',
    patches: [source('chosenResources([sentConfig, settings.groupConfig], log)', 'chosenResources([], log)')],
  },
];

function madeUp(): string {
  const json = `JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { uid: 'made-up', name: 'made-up' } })`;
  return `{ key: 'made-up', type: '*v1.Namespace', json: ${json} }`;
}
