import { asObject, asText, isJsonObject, type JsonObject, textAt } from '../json-value.js';
import type { ObjectParts } from '../object-parts.js';
import {
  always,
  identityFields,
  labelsField,
  levels,
  mustEverywhere,
  type NeededField,
  namespaceField,
  shouldEverywhere,
  some,
} from './field.js';

function firstOwner({ metadata }: ObjectParts): JsonObject {
  const owners = metadata.ownerReferences;
  return asObject(Array.isArray(owners) ? owners[0] : undefined);
}

/** Labels that only controllers put on Pods. */
const controllerLabels = [
  'pod-template-hash',
  'controller-revision-hash',
  'statefulset.kubernetes.io/pod-name',
  'controller-uid',
  'batch.kubernetes.io/controller-uid',
];

/** Bare Pods have no owner in Kubernetes either; they show by labels of their own and none of a controller. */
function shouldHaveOwner({ metadata }: ObjectParts): boolean {
  const { ownerReferences, generateName, labels } = metadata;
  if (ownerReferences !== undefined || asText(generateName) !== '') return true;
  if (!isJsonObject(labels)) return true;
  return controllerLabels.some((label) => textAt(labels, label) !== '');
}

/** Trimmed Pods carry no phase; then nothing excuses a missing field. */
function isRunning({ status }: ObjectParts): boolean {
  const phase = asText(status.phase);
  return phase === '' || phase === 'Running';
}

export const podFields: readonly NeededField[] = [
  ...identityFields('pod'),
  namespaceField('pod'),
  labelsField(
    'pod',
    levels('must', 'should', 'should'),
    'The Pod is shown without labels; the document matches Services by them.',
  ),
  {
    id: 'pod/owner-kind',
    path: 'metadata.ownerReferences[0].kind',
    demandedBy: 'both',
    level: mustEverywhere,
    lost: 'A Pod whose owner has no supported kind is left out.',
    applies: shouldHaveOwner,
    present: (parts) => asText(firstOwner(parts).kind) !== '',
    example: 'ReplicaSet',
  },
  {
    id: 'pod/owner-name',
    path: 'metadata.ownerReferences[0].name',
    demandedBy: 'both',
    level: levels('should', 'info', 'info'),
    lost: 'Servers find the owner by its uid; only for owners of kind InPlaceSet they need the name.',
    applies: shouldHaveOwner,
    present: (parts) => asText(firstOwner(parts).name) !== '',
    example: 'web-7c5d8f6b49',
  },
  {
    id: 'pod/owner-uid',
    path: 'metadata.ownerReferences[0].uid',
    demandedBy: 'both',
    level: mustEverywhere,
    lost: 'A Pod without an owner is left out: DeepFlow shows Pods only under a workload.',
    applies: shouldHaveOwner,
    present: (parts) => asText(firstOwner(parts).uid) !== '',
    example: 'b1a7a3f0-53b8-4f7e-9a3a-27d5a7a1c0de',
  },
  {
    id: 'pod/creation-timestamp',
    path: 'metadata.creationTimestamp',
    demandedBy: 'both',
    level: shouldEverywhere,
    lost: 'The Pod is shown as created at no time.',
    applies: always,
    present: ({ metadata }) => asText(metadata.creationTimestamp) !== '',
    example: '2024-04-29T10:02:38Z',
  },
  {
    id: 'pod/host-ip',
    path: 'status.hostIP',
    demandedBy: 'both',
    level: mustEverywhere,
    lost: 'The Pod is shown on no Node: the Node is found by this address.',
    applies: isRunning,
    present: ({ status }) => asText(status.hostIP) !== '',
    example: '10.0.0.11',
  },
  {
    id: 'pod/pod-ip',
    path: 'status.podIP',
    demandedBy: 'both',
    level: mustEverywhere,
    lost: 'The Pod has no address, so that traffic cannot be tagged with it.',
    applies: isRunning,
    present: ({ status }) => asText(status.podIP) !== '',
    example: '10.244.1.7',
  },
  {
    id: 'pod/ready-condition',
    path: 'status.conditions[type=Ready].status',
    demandedBy: 'both',
    level: shouldEverywhere,
    lost: 'The Pod is shown in state exception.',
    applies: isRunning,
    present: ({ status }) =>
      some(status.conditions, (condition) => condition.type === 'Ready' && asText(condition.status) !== ''),
    example: { type: 'Ready', status: 'True' },
  },
  {
    id: 'pod/container-id',
    path: 'status.containerStatuses[].containerID',
    demandedBy: 'both',
    level: mustEverywhere,
    lost: 'Agents cannot tell which processes belong to the Pod.',
    applies: isRunning,
    present: ({ status }) => some(status.containerStatuses, (container) => asText(container.containerID) !== ''),
    example: 'containerd://3f1e0c7a',
  },
];
