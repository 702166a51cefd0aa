import { createFaultCounting } from '../../faults/fault-counting.js';
import { createSeededRandom } from '../../faults/seeded-random.js';
import type { ApiRequest, RequestHook } from '../request-hook.js';
import { concerns } from './fault-matching.js';
import type { KubeFault, KubeFaultEvent } from './fault-plan.js';
import { interventionOf } from './intervention.js';
import { kubeFaultText } from './kube-fault-text.js';

/** Takes one's own back. */
export type Stop = () => void;

/** Makes a running Kubernetes API misbehave. */
export interface KubeFaultEngine {
  /** From now on until taken back or spent. */
  add(fault: KubeFault): Stop;
  /** All clients must read the token file again: the old token is answered 401. */
  rotateToken(): Promise<void>;
  /** Ends every connection as it stands. */
  breakConnections(how: 'close' | 'reset'): void;
  /** Told each time that a fault strikes. */
  onFault(listener: (event: KubeFaultEvent) => void): Stop;
}

/** The part of a running API that faults work on. */
export interface FaultableApi {
  addHook(hook: RequestHook): Stop;
  rotateToken(): Promise<void>;
  breakConnections(how: 'close' | 'reset'): void;
}

export interface KubeFaultEngineOptions {
  readonly clock: { now(): number };
  /** Of the faults that strike by chance. Default 1. */
  readonly seed?: number;
}

export function createKubeFaultEngine(api: FaultableApi, options: KubeFaultEngineOptions): KubeFaultEngine {
  const { clock } = options;
  const listeners = new Set<(event: KubeFaultEvent) => void>();
  const counting = createFaultCounting<KubeFault, ApiRequest>({
    concerns,
    times: ({ effect }) => (effect.kind === 'unauthorized-until-token-reread' ? 1 : Number.POSITIVE_INFINITY),
    random: createSeededRandom(options.seed ?? 1),
  });

  function tell(id: string, text: string, request: number | null): void {
    for (const listener of listeners) listener({ time: clock.now(), id, text, request });
  }

  api.addHook((request) => {
    const fault = counting.strike(request);
    if (fault === null) return null;
    tell(fault.id, kubeFaultText(fault.effect, request), request.seq);
    return interventionOf(fault, request, api);
  });

  return {
    add: counting.add,
    rotateToken: () => {
      tell('token-rotation', 'the token file gets another token, and the old one is refused', null);
      return api.rotateToken();
    },
    breakConnections: (how) => {
      tell('broken-connections', `all connections are ${how === 'reset' ? 'reset' : 'closed'}`, null);
      api.breakConnections(how);
    },
    onFault: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
