/** Which resources of Kubernetes are reported: those that DeepFlow collects by default, as its group configuration changes them. */
import { parse } from 'yaml';
import { asObject, type Json } from './trim.js';

export interface KubeResource {
  /** Plural, as RBAC names it. */
  readonly name: string;
  readonly kind: string;
  /** Where it may be served, the best first: "v1", "apps/v1". */
  readonly groupVersions: readonly string[];
  readonly fieldSelector: string;
}

const known: readonly KubeResource[] = [
  resource('nodes', 'Node', 'v1'),
  resource('namespaces', 'Namespace', 'v1'),
  resource('deployments', 'Deployment', 'apps/v1'),
  resource('statefulsets', 'StatefulSet', 'apps/v1'),
  resource('daemonsets', 'DaemonSet', 'apps/v1'),
  resource('replicasets', 'ReplicaSet', 'apps/v1'),
  resource('replicationcontrollers', 'ReplicationController', 'v1'),
  resource('services', 'Service', 'v1'),
  resource('ingresses', 'Ingress', 'networking.k8s.io/v1', 'networking.k8s.io/v1beta1', 'extensions/v1beta1'),
  resource('pods', 'Pod', 'v1'),
];
/** Only where the configuration names them. */
const onDemand: readonly KubeResource[] = [
  resource('configmaps', 'ConfigMap', 'v1'),
  resource('routes', 'Route', 'route.openshift.io/v1'),
  resource('clonesets', 'CloneSet', 'apps.kruise.io/v1alpha1'),
  resource('statefulsets', 'StatefulSet', 'apps.kruise.io/v1beta1', 'apps.kruise.io/v1alpha1'),
];

function resource(name: string, kind: string, ...groupVersions: string[]): KubeResource {
  return { name, kind, groupVersions, fieldSelector: '' };
}

/** "" for the core group. */
export function groupOf(groupVersion: string): string {
  return groupVersion.includes('/') ? (groupVersion.split('/')[0] ?? '') : '';
}

/**
 * A name with `disabled` is taken away; any other name replaces what the name stands for by default, so that a
 * configuration with the StatefulSets of OpenKruise has to list those of Kubernetes too. What is not named stays.
 * The first of the configurations (YAML) that has such a list counts.
 */
export function chosenResources(
  groupConfigs: readonly string[],
  log: (message: string) => void,
): readonly KubeResource[] {
  const items = groupConfigs.map((config) => listedResources(config, log)).find((list) => list !== null) ?? [];
  const named = new Set(items.map((item) => item.name));
  const chosen = known.filter(({ name }) => !named.has(name));
  for (const item of items) {
    if (item.disabled === true) continue;
    const group = item.group as string | undefined;
    const found = [...known, ...onDemand].find(
      ({ name, groupVersions }) =>
        name === item.name && (group === undefined || groupVersions.some((one) => groupOf(one) === group)),
    );
    if (found === undefined) {
      log(`the configuration names ${item.name} ${group ?? ''}, which this agent cannot report`);
      continue;
    }
    const wanted = found.groupVersions.filter(
      (one) =>
        (group === undefined || groupOf(one) === group) &&
        (item.version === undefined || one.split('/').at(-1) === item.version),
    );
    chosen.push({
      ...found,
      groupVersions: wanted.length > 0 ? wanted : found.groupVersions,
      fieldSelector: String(item.field_selector ?? item['field-selector'] ?? ''),
    });
  }
  return chosen;
}

/** Under the key of agents up to v6.5, with or without the section around it, or under that of v7. */
function listedResources(groupConfig: string, log: (message: string) => void): readonly Json[] | null {
  let config: Json;
  try {
    config = asObject(parse(groupConfig));
  } catch (error) {
    log(`the group configuration is not YAML: ${(error as Error).message}`);
    return null;
  }
  const inputs = asObject(asObject(asObject(config.inputs).resources).kubernetes);
  const list =
    inputs.api_resources ?? asObject(config.static_config)['kubernetes-resources'] ?? config['kubernetes-resources'];
  return Array.isArray(list) ? list.map(asObject) : null;
}
