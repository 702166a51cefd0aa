import type { KubeObject, VersionInfo } from '../fixtures/cluster/index.js';

/** What a frugal agent keeps of each object: paths of keys; `[]` steps into each element of an array. */
const kept: readonly (readonly string[])[] = [
  'gitVersion',
  'metadata.uid',
  'metadata.name',
  'metadata.namespace',
  'metadata.labels',
  'metadata.creationTimestamp',
  'metadata.ownerReferences.[].kind',
  'metadata.ownerReferences.[].name',
  'metadata.ownerReferences.[].uid',
  'spec.replicas',
  'spec.podCIDR',
  'spec.type',
  'spec.clusterIP',
  'spec.selector',
  'spec.ports',
  'spec.rules',
  'spec.template.metadata.labels',
  'spec.template.spec.containers.[].ports',
  'status.addresses',
  'status.capacity.cpu',
  'status.capacity.memory',
  'status.conditions.[].type',
  'status.conditions.[].status',
  'status.conditions.[].reason',
  'status.containerStatuses.[].containerID',
  'status.hostIP',
  'status.phase',
  'status.podIP',
].map((path) => path.split('.'));

/** The object without what DeepFlow does not need. */
export function trimmedObject(object: KubeObject | VersionInfo): unknown {
  return pick(object, kept);
}

function pick(value: unknown, paths: readonly (readonly string[])[]): unknown {
  if (paths.some((path) => path.length === 0)) return value;
  if (Array.isArray(value)) {
    const inner = paths.filter(([step]) => step === '[]').map((path) => path.slice(1));
    return inner.length === 0 ? undefined : value.map((element) => pick(element, inner));
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const result: Record<string, unknown> = {};
  for (const [key, property] of Object.entries(value)) {
    const inner = paths.filter(([step]) => step === key).map((path) => path.slice(1));
    if (inner.length === 0) continue;
    const picked = pick(property, inner);
    if (picked !== undefined) result[key] = picked;
  }
  return result;
}
