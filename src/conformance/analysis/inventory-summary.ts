import type { Inventory, ReasonCode } from '../../kube/inventory.js';
import type { InventorySummary } from '../analyst.js';

const maxFailures = 20;

export function summarise(inventory: Inventory): InventorySummary {
  const hiddenBy: Partial<Record<ReasonCode, number>> = {};
  let shown = 0;
  for (const object of inventory.objects) {
    if (object.shown) shown += 1;
    else if (object.reason !== undefined) hiddenBy[object.reason] = (hiddenBy[object.reason] ?? 0) + 1;
  }
  return {
    state: inventory.state,
    reason: inventory.reason,
    counts: inventory.counts,
    objects: inventory.objects.length,
    shown,
    hiddenBy,
    hazards: inventory.hazards.length,
    failures: inventory.failures.slice(0, maxFailures),
  };
}
