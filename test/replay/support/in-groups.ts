import type { Observation } from '../../../src/replay/observation.js';
import { createRowKeeper } from '../../../src/replay/row-keeper.js';

/** Rows as a replay without a limit hands them to correlation. */
export function inGroups(rows: readonly Observation[]): Iterable<Observation[]> {
  const keeper = createRowKeeper(Number.POSITIVE_INFINITY);
  for (const row of rows) keeper.add(row);
  return keeper.groups();
}
