import { answerStatus } from '../handle/answer.js';
import type { ApiRequest, Intervention } from '../request-hook.js';
import { failure } from '../status.js';
import { errorLine } from '../watch/watch-line.js';
import type { KubeFault, KubeFaultEffect } from './fault-plan.js';
import { resetAfter, resetBeforeLast, slowly, splitCharacters } from './shape-bytes.js';
import { afterEvents } from './shape-events.js';
import { statusOfFault } from './status-of-fault.js';

/** What a fault needs of the API besides the answer that it spoils. */
export interface FaultSurroundings {
  rotateToken(): Promise<void>;
}

/** How the request that a fault strikes is answered. */
export function interventionOf(fault: KubeFault, request: ApiRequest, around: FaultSurroundings): Intervention {
  return { fault: fault.id, ...partsOf(fault.effect, request, around) };
}

type Parts = Omit<Intervention, 'fault'>;

function partsOf(effect: KubeFaultEffect, request: ApiRequest, around: FaultSurroundings): Parts {
  const isWatch = request.verb === 'watch';
  switch (effect.kind) {
    case 'status':
      return { answer: (sink) => answerStatus(sink, statusOfFault(effect, request)) };
    case 'unauthorized-until-token-reread':
      return {
        answer: async (sink) => {
          await around.rotateToken();
          answerStatus(sink, statusOfFault({ code: 401 }, request));
        },
      };
    case 'watch-cache-not-ready': {
      const { retryAfter = 1 } = effect;
      const message = 'storage is (re)initializing';
      return { answer: (sink) => answerStatus(sink, statusOfFault({ code: 429, message, retryAfter }, request)) };
    }
    case 'slow':
      return { wrap: (sink) => slowly(sink, effect.bytes, effect.pauseMs) };
    case 'split-characters':
      return { wrap: splitCharacters };
    case 'reset': {
      const { afterBytes } = effect;
      return afterBytes === undefined
        ? { answer: (sink) => sink.reset() }
        : { wrap: (sink) => resetAfter(sink, afterBytes) };
    }
    case 'silence':
      return silence(effect, isWatch);
    case 'gone-event':
      return {
        wrap: (sink) =>
          afterEvents(sink, effect.afterEvents ?? 0, {
            now: (out) => {
              void out.write(errorLine(failure(410, 'too old resource version: the history begins later')));
              out.end();
            },
          }),
      };
    case 'close':
      return { wrap: (sink) => afterEvents(sink, effect.afterEvents ?? 0, { now: (out) => out.end() }) };
    case 'truncate-line':
      return {
        wrap: (sink) =>
          afterEvents(sink, effect.afterEvents ?? 0, {
            atNext: (out, event) => {
              void out.write(event.subarray(0, Math.ceil(event.length / 2)));
              out.end();
            },
          }),
      };
    case 'expired-continue':
      return { list: { expireContinue: true } };
    case 'stale-list':
      return { list: { changesAgo: effect.changes } };
    case 'page-size':
      return { list: { pageLimit: effect.limit } };
    case 'empty-list-then-error':
      return { list: { empty: true }, wrap: (sink) => resetBeforeLast(sink, '}\n'.length) };
  }
}

function silence(effect: Extract<KubeFaultEffect, { kind: 'silence' }>, isWatch: boolean): Parts {
  const { afterEvents: events = 0, connection = false } = effect;
  if (isWatch) {
    return {
      wrap: (sink) => afterEvents(sink, events, { now: (out) => (connection ? out.silence() : undefined) }),
    };
  }
  return {
    answer: (sink) => {
      // Held open without an answer, until the client gives up.
      if (connection) sink.silence();
    },
  };
}
