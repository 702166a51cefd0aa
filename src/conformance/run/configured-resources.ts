import { isMapping } from '../../agent-config/check-value.js';
import { generations } from '../../agent-config/configuration-key.js';
import { resourceListNames } from '../../agent-config/keys/resource-keys.js';
import { valueAt } from '../../agent-config/value-at.js';
import type { ConfiguredResource } from '../../journal/record.js';
import type { GroupConfig } from '../../server/model/group-config.js';

/**
 * The Kubernetes resources that a group configuration names, under the key of either generation; of both, the older one
 * counts. Empty where it names none.
 */
export function configuredResources(config: GroupConfig): readonly ConfiguredResource[] {
  const lists = generations.map((generation) => valueAt(config, resourceListNames[generation]));
  const list = lists.find((value) => value !== undefined && value !== null);
  if (!Array.isArray(list)) return [];
  return list.flatMap((element: unknown): ConfiguredResource[] => {
    if (!isMapping(element)) return [];
    const { name, group, disabled } = element;
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
