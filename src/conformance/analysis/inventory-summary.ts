import type { InventoryWithReadings, ReasonCode } from '../../kube/inventory.js';
import type { InventorySummary } from '../analyst.js';

const maxFailures = 20;

export function summarise({ inventory, hidden }: InventoryWithReadings): InventorySummary {
  const hiddenBy: Partial<Record<ReasonCode, number>> = {};
  for (const at of hidden) {
    const reason = inventory.objects[at]?.reason;
    if (reason !== undefined) hiddenBy[reason] = (hiddenBy[reason] ?? 0) + 1;
  }
  return {
    state: inventory.state,
    reason: inventory.reason,
    counts: inventory.counts,
    objects: inventory.objects.length,
    shown: inventory.objects.length - hidden.length,
    hiddenBy,
    hazards: inventory.hazards.length,
    failures: inventory.failures.slice(0, maxFailures),
  };
}
