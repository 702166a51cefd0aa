import type { Compat } from '../../src/kube/compat.js';

/** Rules that no agent can break alone, and why; without `compat` in none that knows them. */
export interface Unbroken {
  readonly rule: string;
  readonly compat?: Compat;
  readonly why: string;
}

export const unbroken: readonly Unbroken[] = [];
