import type { ConfiguredResource } from '../../journal/record.js';
import { type GroupConfig, mappingAt } from '../../server/model/group-config.js';

/**
 * The Kubernetes resources that a group configuration names: `static_config.kubernetes-resources`, or in the new form
 * `inputs.resources.kubernetes.api_resources`. Empty where it names none.
 */
export function configuredResources(config: GroupConfig): readonly ConfiguredResource[] {
  const old = mappingAt(config, 'static_config')['kubernetes-resources'];
  const kubernetes = mappingAt(mappingAt(mappingAt(config, 'inputs'), 'resources'), 'kubernetes');
  const list = old ?? kubernetes.api_resources;
  if (!Array.isArray(list)) return [];
  return list.flatMap((element: unknown): ConfiguredResource[] => {
    if (typeof element !== 'object' || element === null) return [];
    const { name, group, disabled } = element as Readonly<Record<string, unknown>>;
    if (typeof name !== 'string') return [];
    return [
      {
        name,
        ...(typeof group === 'string' ? { group } : {}),
        ...(disabled === true ? { disabled: true } : {}),
      },
    ];
  });
}
