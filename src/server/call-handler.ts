import { type handleUnaryCall, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import type { CallOutcome } from './model/call-outcome.js';
import type { ServerModel } from './model/server-model.js';
import type { ObservedCall } from './observed-call.js';

/** Room for a call's bytes in whatever looks on, until released. */
export interface Admission {
  release(): void;
}

/**
 * Resolves when a request of this many bytes may take effect. Called for each request; delays its answer, and so slows
 * down a sender who is faster than those who look on.
 */
export type Admit = (bytes: number) => Promise<Admission>;

export interface CallHandlerOptions {
  readonly model: ServerModel;
  /** The observation of a call; undefined must not happen. */
  readonly find: (call: ServerUnaryCall<Buffer, Buffer>) => ObservedCall | undefined;
  readonly admit?: Admit;
  readonly onProblem: (message: string, cause: unknown) => void;
}

/** Answers the rpcs that are played: lets the model decide, has the call written down, then sends the answer. */
export function createCallHandler(options: CallHandlerOptions): handleUnaryCall<Buffer, Buffer> {
  const { model, admit, onProblem } = options;

  function decide(observed: ObservedCall, request: Buffer): CallOutcome & { outcome: 'unary' | 'refused' } {
    const { seq, time, path, local } = observed;
    if (observed.isFalselyCompressed()) {
      const statusMessage = 'grpc: compressed flag set with identity or empty encoding';
      return { ...failure(statusMessage), outcome: 'refused' };
    }
    try {
      return { ...model.apply({ seq, time, path, local, outcome: 'unary', request }), outcome: 'unary' };
    } catch (error) {
      onProblem(`Call ${seq} of ${path} broke the server's model`, error);
      return { ...failure(`plumbline failed on this call: ${error}`), outcome: 'unary' };
    }
  }

  async function handle(observed: ObservedCall, request: Buffer, callback: sendUnaryData<Buffer>): Promise<void> {
    const admission = await admit?.(request.length).catch((error: unknown) => {
      onProblem(`Call ${observed.seq} of ${observed.path} is not analysed in time`, error);
      return null;
    });
    const { outcome, response, status: code, statusMessage } = decide(observed, request);
    await observed.finish({ outcome, request, response, status: code, statusMessage });
    admission?.release();
    if (code === status.OK) {
      callback(null, Buffer.from(response.buffer, response.byteOffset, response.byteLength));
    } else {
      callback({ code, details: statusMessage.toWellFormed() });
    }
  }

  return (call, callback) => {
    const observed = options.find(call);
    if (observed === undefined) {
      const details = 'plumbline did not see this call arrive: @grpc/grpc-js no longer hands on header fields';
      onProblem(details, null);
      callback({ code: status.INTERNAL, details });
      return;
    }
    observed.take();
    void handle(observed, call.request, callback);
  };
}

function failure(statusMessage: string): CallOutcome {
  return { status: status.INTERNAL, statusMessage, response: new Uint8Array(0), sync: null, registersCluster: null };
}
