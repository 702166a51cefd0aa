import type { KubeObject } from '../../kube/kube-object.js';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * The object without what DeepFlow needs of none: managedFields, the last-applied annotation, the data of ConfigMaps
 * and Secrets, the environment of containers. It shares its parts with the original.
 */
export function slimObject(object: KubeObject): KubeObject {
  const { data: _data, stringData: _stringData, binaryData: _binaryData, ...rest } = object;
  const { managedFields: _managedFields, annotations, ...metadata } = object.metadata;
  return {
    ...rest,
    metadata: { ...metadata, ...(annotations === undefined ? {} : { annotations: withoutLastApplied(annotations) }) },
    ...('spec' in object ? { spec: slimSpec(object.spec) } : {}),
  };
}

function withoutLastApplied(annotations: unknown): unknown {
  if (!isRecord(annotations) || !(lastApplied in annotations)) return annotations;
  const { [lastApplied]: _, ...others } = annotations;
  return others;
}

function slimSpec(spec: unknown): unknown {
  if (!isRecord(spec)) return spec;
  const { template } = spec;
  return {
    ...spec,
    ...(isRecord(template) && 'spec' in template ? { template: { ...template, spec: slimSpec(template.spec) } } : {}),
    ...('containers' in spec ? { containers: withoutEnv(spec.containers) } : {}),
    ...('initContainers' in spec ? { initContainers: withoutEnv(spec.initContainers) } : {}),
  };
}

function withoutEnv(containers: unknown): unknown {
  if (!Array.isArray(containers)) return containers;
  return containers.map((container: unknown) => {
    if (!isRecord(container)) return container;
    const { env: _env, envFrom: _envFrom, ...rest } = container;
    return rest;
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
