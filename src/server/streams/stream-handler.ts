import {
  status as codes,
  type handleBidiStreamingCall,
  type handleServerStreamingCall,
  type ServerDuplexStream,
  type ServerWritableStream,
} from '@grpc/grpc-js';
import type { CallFault, DropReason } from '../../journal/record.js';
import { findMethod } from '../../wire/protos.js';
import { decodingProblem } from '../decoding-limit.js';
import { type CallPlan, planCall } from '../faults/call-plan.js';
import type { ServerFault } from '../faults/server-fault.js';
import type { CallFaults } from '../faults/server-faults.js';
import type { FinishedCall, ObservedCall } from '../observed-call.js';
import { createOfferedFile } from './offered-file.js';
import type { StreamService } from './open-stream.js';
import type { OpenStreams } from './open-streams.js';

export interface StreamHandlers {
  readonly serverStream: handleServerStreamingCall<Buffer, Buffer>;
  readonly bidi: handleBidiStreamingCall<Buffer, Buffer>;
}

export interface StreamHandlerOptions {
  readonly faults: CallFaults;
  readonly streams: OpenStreams;
  /** The observation of a call; undefined must not happen. */
  readonly find: (call: StreamCall) => ObservedCall | undefined;
  readonly onProblem: (message: string, cause: unknown) => void;
}

type StreamCall = ServerWritableStream<Buffer, Buffer> | ServerDuplexStream<Buffer, Buffer>;

interface TakenStream {
  readonly observed: ObservedCall;
  readonly call: StreamCall;
  readonly request: Buffer;
  readonly service: StreamService;
}

/** Opens the streams of one method, unless a fault says otherwise. */
export function createStreamHandlers(service: StreamService, options: StreamHandlerOptions): StreamHandlers {
  const { faults, streams, onProblem } = options;

  function take(taken: TakenStream, fault: CallFault | null): void {
    const { observed, call, request } = taken;
    const problem = streams.refusal();
    if (problem !== null) {
      void refuse(taken, { ...problem, fault });
      return;
    }
    const stream = streams.open({ observed, call, request, fault });
    stream.begin(taken.service).catch((error: unknown) => {
      onProblem(`Stream ${observed.seq} of ${observed.path} broke its service`, error);
      stream.end(codes.INTERNAL, `plumbline failed on this stream: ${error}`);
    });
  }

  async function refuse({ observed, call, request }: TakenStream, how: Refusal): Promise<void> {
    const { status, statusMessage, fault } = how;
    await observed.finish(neverOpened(request, how));
    if (how.ending === 'reset' || how.ending === 'goaway') observed.breakConnection(how.ending);
    else call.emit('error', { code: status, details: statusMessage.toWellFormed(), fault });
  }

  /** The fault decides how the stream goes. */
  async function strike(taken: TakenStream, { fault, plan }: { fault: ServerFault; plan: CallPlan }): Promise<void> {
    const note: CallFault = { id: fault.id, kind: fault.effect.kind, taken: plan.taken };
    const { observed } = taken;
    if (plan.ending === 'silence') {
      await streams.openSilently({ observed, call: taken.call, request: taken.request, fault: note });
    } else if (plan.refusal === null) {
      const { effect } = fault;
      take(effect.kind === 'offer-file' ? { ...taken, service: createOfferedFile(effect) } : taken, note);
      if (plan.ending === 'drain') observed.breakConnection('drain');
    } else {
      await refuse(taken, { ...plan.refusal, fault: note, ending: plan.ending });
    }
    faults.afterCall(fault);
  }

  function handle(call: StreamCall, request: Buffer): void {
    const observed = options.find(call);
    if (observed === undefined) {
      const details = 'plumbline did not see this call arrive: @grpc/grpc-js no longer hands on header fields';
      onProblem(details, null);
      call.emit('error', { code: codes.INTERNAL, details });
      return;
    }
    observed.take();
    const taken: TakenStream = { observed, call, request, service };
    if (observed.isFalselyCompressed()) {
      const statusMessage = 'grpc: compressed flag set with identity or empty encoding';
      void refuse(taken, { status: codes.INTERNAL, statusMessage, fault: null });
      return;
    }
    const { seq, path } = observed;
    const problem = streamProblem(path, request);
    if (problem !== null) {
      void refuse(taken, { status: codes.RESOURCE_EXHAUSTED, statusMessage: problem, fault: null });
      return;
    }
    const fault = faults.strike({ seq, path, request });
    if (fault === null) take(taken, null);
    else void strike(taken, { fault, plan: planCall(fault.effect, { path, request }) });
  }

  return {
    serverStream: (call) => handle(call, call.request),
    bidi: (call) => handle(call, noRequest),
  };
}

function streamProblem(path: string, request: Buffer): string | null {
  const method = findMethod(path);
  return method === null ? null : decodingProblem(method.requestType, request);
}

interface Refusal {
  readonly status: number;
  readonly statusMessage: string;
  readonly fault: CallFault | null;
  readonly dropped?: DropReason;
  readonly ending?: CallPlan['ending'];
}

const noRequest = Buffer.alloc(0);

function neverOpened(request: Buffer, { status, statusMessage, fault, dropped }: Refusal): FinishedCall {
  const received = request.length > 0 ? 1 : 0;
  const stream = { received, receivedBytes: request.length, sent: 0, sentBytes: 0 };
  return {
    outcome: 'stream',
    request,
    response: noRequest,
    status,
    statusMessage,
    stream: dropped === undefined ? stream : { ...stream, dropped },
    ...(fault === null ? {} : { fault }),
  };
}
