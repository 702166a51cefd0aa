import type { Admission } from './analyst.js';

/** Bounds the bytes that wait for their analysis. */
export interface AdmissionGate {
  /** Waits, first come first served, until the bytes fit below the limit; one that is too large alone gets in alone. */
  admit(bytes: number): Promise<Admission>;
  /** Counts bytes that are in already. */
  hold(bytes: number): Admission;
}

/** @param limit bytes */
export function createAdmissionGate(limit: number): AdmissionGate {
  let held = 0;
  const waiting: { readonly bytes: number; readonly enter: (admission: Admission) => void }[] = [];

  const hold = (bytes: number): Admission => {
    held += bytes;
    let released = false;
    return {
      release() {
        if (released) return;
        released = true;
        held -= bytes;
        letIn();
      },
    };
  };
  const letIn = (): void => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      if (held > 0 && held + next.bytes > limit) return;
      waiting.shift();
      next.enter(hold(next.bytes));
    }
  };
  return {
    hold,
    admit(bytes) {
      return new Promise((enter) => {
        waiting.push({ bytes, enter });
        letIn();
      });
    },
  };
}
