import { status } from '@grpc/grpc-js';
import { encodeSyncResponse } from '../../wire/call-messages.js';
import { scanSyncRequest } from '../../wire/wire-format.js';
import { unimplementedMessage } from '../model/server-model.js';
import type { ServerFaultEffect } from './server-fault.js';

/** How a call goes that a fault strikes. */
export interface CallPlan {
  /** The server takes the call in as ever. */
  readonly taken: boolean;
  /** What the client sees in place of the answer; null: the answer. */
  readonly refusal: { readonly status: number; readonly statusMessage: string } | null;
  /** Bytes of the response message in place of those of the answer; null: those of the answer. */
  readonly response: Uint8Array | null;
  /** How the call ends: by an answer, by nothing at all, or with its connection. */
  readonly ending: 'answer' | 'silence' | 'drain' | 'goaway' | 'reset';
}

export interface PlannedCall {
  readonly path: string;
  readonly request: Uint8Array;
}

const asEver: CallPlan = { taken: true, refusal: null, response: null, ending: 'answer' };

export function planCall(effect: ServerFaultEffect, { path, request }: PlannedCall): CallPlan {
  switch (effect.kind) {
    case 'status':
      return {
        ...refused(effect.code, effect.message ?? `plumbline plays a server that fails`),
        taken: effect.taken === true,
      };
    case 'silence':
      return { ...asEver, taken: false, ending: 'silence' };
    case 'answer-version':
      return { ...asEver, response: encodeSyncResponse(answeredVersion(effect.version, request)) };
    case 'message-limit': {
      const sizes = `${request.length} vs. ${effect.bytes}`;
      // In the words of a gRPC server in Go, which the real one is.
      return refused(status.RESOURCE_EXHAUSTED, `grpc: received message larger than max (${sizes})`);
    }
    case 'only-package':
      return refused(status.UNIMPLEMENTED, unimplementedMessage(path));
    case 'goaway':
      return effect.graceful ? { ...asEver, ending: 'drain' } : cut('goaway', false);
    case 'reset':
      return cut('reset', effect.taken === true);
    case 'refuse-connections':
    case 'restart':
      return cut('reset', false);
    case 'offer-file':
    case 'clock-jump':
      return asEver;
  }
}

function refused(code: number, statusMessage: string): CallPlan {
  return { ...asEver, taken: false, refusal: { status: code, statusMessage } };
}

/** The status is what gRPC makes of a connection that breaks. */
function cut(ending: 'goaway' | 'reset', taken: boolean): CallPlan {
  const statusMessage = 'the connection was closed before the call was answered';
  return { ...asEver, taken, refusal: { status: status.UNAVAILABLE, statusMessage }, ending };
}

function answeredVersion(version: number | 'unset' | 'other', request: Uint8Array): bigint | null {
  if (version === 'unset') return null;
  return version === 'other' ? BigInt.asUintN(64, scanSyncRequest(request).version + 1n) : BigInt(version);
}
