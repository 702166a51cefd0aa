import { setImmediate as nextTurn } from 'node:timers/promises';
import { type handleUnaryCall, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import type { CallFault, FaultRecord } from '../journal/record.js';
import { asDataError, DataError } from './data/data-error.js';
import type { DataFolder, StagedUpload } from './data/data-folder.js';
import { type CallPlan, planCall } from './faults/call-plan.js';
import type { ServerFault } from './faults/server-fault.js';
import type { CallFaults } from './faults/server-faults.js';
import { isLargeMessage } from './large-message.js';
import type { CallOutcome } from './model/call-outcome.js';
import type { RestartableModel } from './model/restartable-model.js';
import type { FinishedCall, ObservedCall } from './observed-call.js';

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
  readonly model: RestartableModel;
  readonly faults: CallFaults;
  /** The observation of a call; undefined must not happen. */
  readonly find: (call: ServerUnaryCall<Buffer, Buffer>) => ObservedCall | undefined;
  readonly admit?: Admit;
  /** An answer waits until what it promises is kept there. Default: nothing is kept. */
  readonly data?: Pick<DataFolder, 'prepare' | 'settled'>;
  readonly note: (record: FaultRecord) => void;
  /** Unix time, ms. */
  readonly now: () => number;
  readonly onProblem: (message: string, cause: unknown) => void;
}

/** Answers the rpcs that are played: lets the model decide, has the call written down, then sends the answer. */
export function createCallHandler(options: CallHandlerOptions): handleUnaryCall<Buffer, Buffer> {
  const { model, faults, admit, data, onProblem } = options;

  function decide(observed: ObservedCall, request: Buffer): Decided {
    const { seq, time, path, local } = observed;
    if (observed.isFalselyCompressed()) {
      const statusMessage = 'grpc: compressed flag set with identity or empty encoding';
      return { outcome: 'refused', ...failure(statusMessage) };
    }
    try {
      return { outcome: 'unary', ...model.apply({ seq, time, path, local, outcome: 'unary', request }) };
    } catch (error) {
      onProblem(`Call ${seq} of ${path} broke the server's model`, error);
      return { outcome: 'unary', ...failure(`plumbline failed on this call: ${error}`) };
    }
  }

  /** Lets the call take effect, and records and answers it. A fault may say something else to the client. */
  async function take({ observed, request, callback }: TakenCall, struck: Struck | null): Promise<void> {
    const restarts = model.restarts();
    const admission = await admit?.(request.length).catch((error: unknown) => {
      onProblem(`Call ${observed.seq} of ${observed.path} is not analysed in time`, error);
      return null;
    });
    if (isLargeMessage(request)) {
      // The first turn comes right behind the one that has put the message together, before any other work.
      await nextTurn();
      await nextTurn();
    }
    const preparing = data?.prepare({ seq: observed.seq, path: observed.path, request }) ?? null;
    const upload = preparing === null ? null : await prepared(preparing);
    if (upload instanceof DataError) {
      const refused = { ...lost(request, notKept), statusMessage: upload.message };
      await observed.finish(refused);
      admission?.release();
      send(refused, callback);
      return;
    }
    if (model.restarts() !== restarts) {
      upload?.release();
      await observed.finish(lost(request, { id: 'restart', kind: 'restart', taken: false }));
      admission?.release();
      return;
    }
    const decided = decide(observed, request);
    upload?.release();
    const kept = data?.settled().then(none, asDataError);
    const answer = struck === null ? decided : altered(decided, struck.plan);
    const { outcome, response, status: code, statusMessage } = answer;
    if (struck?.plan.ending === 'drain') observed.breakConnection('drain');
    await observed.finish({
      outcome,
      request,
      response,
      status: code,
      statusMessage,
      ...(struck === null ? {} : { fault: noteOf(struck) }),
    });
    admission?.release();
    const loss = kept === undefined ? null : await kept;
    if (struck?.plan.ending === 'reset') observed.breakConnection('reset');
    else if (loss instanceof DataError) refuseUnkept(observed, loss, callback);
    else send(answer, callback);
  }

  /** It took effect, and stands in the journal as it was to be answered. */
  function refuseUnkept({ seq, path }: ObservedCall, { message }: DataError, callback: TakenCall['callback']): void {
    const text = `Call ${seq} of ${path} was answered UNAVAILABLE, as what it did may not be kept: ${message}`;
    options.note({ kind: 'fault', time: options.now(), id: notKept.id, text });
    send({ status: status.UNAVAILABLE, statusMessage: message, response: noBytes }, callback);
  }

  /** The call does not reach the server's memory. */
  async function keepOut({ observed, request, callback }: TakenCall, struck: Struck): Promise<void> {
    const { plan } = struck;
    const refusal = plan.ending === 'silence' ? await observed.silence() : plan.refusal;
    const finished = { ...lost(request, noteOf(struck)), ...refusal };
    await observed.finish(finished);
    if (plan.ending === 'reset' || plan.ending === 'goaway') observed.breakConnection(plan.ending);
    else if (plan.ending === 'answer') send(finished, callback);
  }

  async function handle(call: TakenCall): Promise<void> {
    const { observed, request } = call;
    const fault = faults.strike({ seq: observed.seq, path: observed.path, request });
    if (fault === null) return take(call, null);
    const plan = planCall(fault.effect, { path: observed.path, request });
    await (plan.taken ? take : keepOut)(call, { fault, plan });
    faults.afterCall(fault);
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
    void handle({ observed, request: call.request, callback });
  };
}

type Decided = CallOutcome & { readonly outcome: 'unary' | 'refused' };

interface TakenCall {
  readonly observed: ObservedCall;
  readonly request: Buffer;
  readonly callback: sendUnaryData<Buffer>;
}

interface Struck {
  readonly fault: ServerFault;
  readonly plan: CallPlan;
}

function noteOf({ fault, plan }: Struck): CallFault {
  return { id: fault.id, kind: fault.effect.kind, taken: plan.taken };
}

function altered(decided: Decided, { refusal, response }: CallPlan): Decided {
  if (refusal !== null) return { ...decided, ...refusal, response: noBytes };
  return response === null || decided.status !== status.OK ? decided : { ...decided, response };
}

function send(answer: Pick<FinishedCall, 'status' | 'statusMessage' | 'response'>, to: sendUnaryData<Buffer>): void {
  const { status: code, statusMessage, response } = answer;
  if (code === status.OK) {
    to(null, Buffer.from(response.buffer, response.byteOffset, response.byteLength));
  } else {
    to({ code, details: statusMessage.toWellFormed() });
  }
}

/** The data folder cannot be written. */
const notKept: CallFault = { id: 'data', kind: 'data', taken: false };

function prepared(preparing: Promise<StagedUpload | null>): Promise<StagedUpload | DataError | null> {
  return preparing.catch(asDataError);
}

const none = (): null => null;

const noBytes = new Uint8Array(0);

/** A call that ended with its connection. */
function lost(request: Uint8Array, fault: CallFault): FinishedCall {
  const statusMessage = 'the connection was closed before the call was answered';
  return { outcome: 'unary', request, response: noBytes, status: status.UNAVAILABLE, statusMessage, fault };
}

function failure(statusMessage: string): CallOutcome {
  return { status: status.INTERNAL, statusMessage, response: new Uint8Array(0), sync: null, registersCluster: null };
}
