/** When a fault strikes, of those requests that it could strike. */
export interface Striking {
  readonly id: string;
  /** How many requests it strikes. */
  readonly times?: number;
  /** Requests that it could strike and lets through first. */
  readonly after?: number;
  /** How likely it strikes a request that it could strike, 0 to 1; default 1. */
  readonly chance?: number;
}

/** The faults that wait for requests. */
export interface FaultCounting<Fault, Request> {
  /** @returns takes the fault back */
  add(fault: Fault): () => void;
  /** The fault that strikes this request, which counts as struck then: of those that could, the one added first. */
  strike(request: Request): Fault | null;
  /** None waits. */
  isIdle(): boolean;
}

export interface FaultCountingOptions<Fault, Request> {
  /** Whether the fault could strike the request. */
  readonly concerns: (fault: Fault, request: Request) => boolean;
  /** Of a fault that does not say how many requests it strikes. */
  readonly times: (fault: Fault) => number;
  /** 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
}

interface Waiting<Fault> {
  readonly fault: Fault;
  letThrough: number;
  left: number;
}

export function createFaultCounting<Fault extends Striking, Request>(
  options: FaultCountingOptions<Fault, Request>,
): FaultCounting<Fault, Request> {
  const waiting = new Set<Waiting<Fault>>();

  function strikes(one: Waiting<Fault>, request: Request): boolean {
    if (!options.concerns(one.fault, request)) return false;
    if (one.letThrough > 0) {
      one.letThrough -= 1;
      return false;
    }
    const { chance = 1 } = one.fault;
    return chance >= 1 || options.random() < chance;
  }

  return {
    add: (fault) => {
      const one = { fault, letThrough: fault.after ?? 0, left: fault.times ?? options.times(fault) };
      waiting.add(one);
      return () => {
        waiting.delete(one);
      };
    },
    strike: (request) => {
      for (const one of waiting) {
        if (!strikes(one, request)) continue;
        one.left -= 1;
        if (one.left <= 0) waiting.delete(one);
        return one.fault;
      }
      return null;
    },
    isIdle: () => waiting.size === 0,
  };
}
