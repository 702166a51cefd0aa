import type { ConfiguredResource } from '../../journal/record.js';
import type { Compat } from '../../kube/compat.js';
import { type Family, findTypeString } from '../../kube/type-strings.js';
import { type KubeType, kubeTypes } from './kube-type.js';

/** Whether an upload must hold all objects of a kind that Kubernetes holds. */
export type InForce = (type: KubeType) => boolean;

/**
 * @param uploaded whether the upload holds objects of a family: a family that agents may leave out is in force where it
 * holds any
 */
export function typesInForce(
  compat: Compat,
  resources: readonly ConfiguredResource[],
  uploaded: (family: Family) => boolean,
): InForce {
  const required = new Set(kubeTypes.filter((type) => isRequired(type, compat, resources)));
  return (type) =>
    required.has(type) || (type.uploaded === 'optional' && isRead(type, compat) && uploaded(type.family));
}

function isRequired(type: KubeType, compat: Compat, resources: readonly ConfiguredResource[]): boolean {
  const configured = resources.find((each) => each.name === type.resource && namesGroup(each, type));
  if (configured !== undefined) return configured.disabled !== true && type.uploaded !== 'optional';
  return type.uploaded === 'default' && isRead(type, compat);
}

function namesGroup({ group }: ConfiguredResource, type: KubeType): boolean {
  if (group !== undefined) return group === type.group;
  // Without a group the usual one is meant; StatefulSets have theirs in apps.
  return (
    type.uploaded !== 'configured' || !kubeTypes.some((other) => other !== type && other.resource === type.resource)
  );
}

function isRead(type: KubeType, compat: Compat): boolean {
  // The document knows Ingresses under one string only, whatever their group.
  if (type.family === 'ingress' && type.kind === 'Ingress') return true;
  return findTypeString(type.type)?.read[compat] ?? false;
}
