import type { Hazard } from '../inventory.js';
import type { Draft } from './draft.js';

/** Hazards of one kind that are told one by one; the rest is told as a number. */
const toldOneByOne = 1000;

/** Collects hazards, of very many of one kind only those with the least uids. */
export interface HazardCollector {
  add(hazard: Hazard): void;
  /** By id, then uid, so that the order of entries does not show. */
  inOrder(): readonly Hazard[];
}

export function createHazardCollector(most = toldOneByOne): HazardCollector {
  const kinds = new Map<string, { count: number; kept: Hazard[]; last: Hazard | null }>();
  return {
    add(hazard) {
      const kind = kinds.get(hazard.id) ?? { count: 0, kept: [], last: null };
      kinds.set(hazard.id, kind);
      kind.count += 1;
      if (kind.last !== null && compare(hazard, kind.last) >= 0) return;
      kind.kept.push(hazard);
      if (kind.kept.length < 4 * most) return;
      kind.kept = kind.kept.sort(compare).slice(0, most);
      kind.last = kind.kept.at(-1) ?? null;
    },
    inOrder() {
      return [...kinds.keys()].sort().flatMap((id) => {
        const { count, kept } = kinds.get(id) ?? { count: 0, kept: [] };
        const told = kept.sort(compare).slice(0, most);
        if (count === told.length) return told;
        return [...told, { id, type: '', uid: '', name: '', detail: `And ${count - told.length} more.` }];
      });
    },
  };
}

export function addHazard(draft: Draft, id: string, row: number, detail: string): void {
  const object = draft.rows[row];
  if (object !== undefined) draft.hazards.add({ id, type: object.type, uid: object.uid, name: object.name, detail });
}

function compare(left: Hazard, right: Hazard): number {
  const byObject = order(left.uid, right.uid) || order(left.type, right.type) || order(left.name, right.name);
  return byObject || order(left.detail, right.detail);
}

function order(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
