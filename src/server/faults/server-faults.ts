import type { FaultRecord } from '../../journal/record.js';
import type { AdjustableClock } from '../clock.js';
import type { ConnectionEnd } from './break-connection.js';
import { createFaultSelection, type StrikableCall } from './fault-selection.js';
import { faultText } from './fault-text.js';
import { isServerWide, type ServerFault, type ServerFaultEvent, type ServerWideEffect } from './server-fault.js';

/** Takes one's own back. */
export type Stop = () => void;

/** Makes a running server misbehave. */
export interface ServerFaults {
  /** From now on until taken back or spent. */
  add(fault: ServerFault): Stop;
  /**
   * Strikes all connections, or the server, now. Resolves when it is done: after a time without connections, when they are
   * taken again.
   *
   * @param id names it on the timeline; default: the kind of the effect
   */
  apply(effect: ServerWideEffect, id?: string): Promise<void>;
  /** Told each time that a fault strikes. */
  onFault(listener: (event: ServerFaultEvent) => void): Stop;
}

/** The faults as those see them who answer calls. */
export interface CallFaults {
  /** The fault that strikes this call, which counts as struck then. */
  strike(call: StrikableCall & { readonly seq: number }): ServerFault | null;
  /** Makes the rest of a fault true once its call has been dealt with. */
  afterCall(fault: ServerFault): void;
}

/** What faults do to a server. */
export interface FaultyServer {
  readonly clock: AdjustableClock;
  /** Seeded: 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
  readonly record: (record: FaultRecord) => void;
  breakConnections(end: ConnectionEnd): void;
  /** Resets all connections and refuses new ones; resolves once they are taken again. */
  refuseConnections(ms: number): Promise<void>;
  /** Forgets snapshots, and has the start written down. */
  restart(): void;
  readonly onProblem: (message: string, cause: unknown) => void;
}

export function createServerFaults(server: FaultyServer): ServerFaults & CallFaults {
  const selection = createFaultSelection(server.random);
  const listeners = new Set<(event: ServerFaultEvent) => void>();

  function tell(event: ServerFaultEvent): void {
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (error) {
        server.onProblem('A listener of faults failed', error);
      }
    }
  }

  async function makeTrue(effect: ServerWideEffect, id: string, text: string): Promise<void> {
    const note = (): void => server.record({ kind: 'fault', time: server.clock.now(), id, text });
    switch (effect.kind) {
      case 'goaway':
        note();
        server.breakConnections(effect.graceful ? 'drain' : 'goaway');
        return;
      case 'reset':
        note();
        server.breakConnections('reset');
        return;
      case 'refuse-connections':
        note();
        return server.refuseConnections(effect.forMs);
      case 'restart':
        note();
        server.restart();
        return effect.downMs === undefined ? server.breakConnections('reset') : server.refuseConnections(effect.downMs);
      case 'clock-jump':
        server.clock.jump(effect.ms);
        server.record({ kind: 'fault', time: server.clock.now(), id, text, clockJump: effect.ms });
    }
  }

  return {
    add: selection.add,
    apply: (effect, id = effect.kind) => {
      const text = faultText(effect, null);
      tell({ time: server.clock.now(), id, text, call: null });
      return makeTrue(effect, id, text);
    },
    onFault: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    strike: (call) => {
      const fault = selection.strike(call);
      if (fault !== null) {
        const text = faultText(fault.effect, `call ${call.seq} (${call.path.slice(call.path.lastIndexOf('/') + 1)})`);
        tell({ time: server.clock.now(), id: fault.id, text, call: call.seq });
      }
      return fault;
    },
    afterCall: ({ id, effect }) => {
      // Those of a connection have been done to the one of the call.
      if (!isServerWide(effect) || effect.kind === 'goaway' || effect.kind === 'reset') return;
      makeTrue(effect, id, faultText(effect, null)).catch((error: unknown) => {
        server.onProblem(`The fault ${id} could not be made true`, error);
      });
    },
  };
}
