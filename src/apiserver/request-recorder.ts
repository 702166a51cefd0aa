import type { KubeRequest } from '../kube/kube-object.js';
import type { AnswerSink, ApiRequest } from './request-hook.js';
import type { WatchEventType } from './watch/watch-line.js';
import type { SentWatchEvent } from './watch-event.js';

export type RequestListener = (request: KubeRequest, phase: 'begin' | 'end') => void;
export type WatchEventListener = (event: SentWatchEvent) => void;

/** Tells of requests and of the events that watches were sent. */
export interface RequestRecorder {
  onRequest(listener: RequestListener): () => void;
  onWatchEvent(listener: WatchEventListener): () => void;
  /** @param sink the innermost one, so that what is told is what was sent */
  record(request: ApiRequest, sink: AnswerSink): RecordedAnswer;
}

export interface RecordedAnswer {
  /** What the answer is written to. */
  readonly sink: AnswerSink;
  /** Whether its head was sent. */
  begun(): boolean;
  setFault(id: string): void;
  /** Announces the event whose line is written next. */
  note(type: WatchEventType, object: NotedObject | null, resourceVersion: string): void;
}

/** What is told of the object of an event. */
export interface NotedObject {
  readonly type: { readonly kind: string };
  readonly namespace: string;
  readonly name: string;
  readonly object: { readonly metadata: { readonly uid?: string } };
}

const lineFeed = 10;

export function createRequestRecorder(clock: { now(): number }): RequestRecorder {
  const requestListeners = new Set<RequestListener>();
  const eventListeners = new Set<WatchEventListener>();

  return {
    onRequest: (listener) => {
      requestListeners.add(listener);
      return () => requestListeners.delete(listener);
    },
    onWatchEvent: (listener) => {
      eventListeners.add(listener);
      return () => eventListeners.delete(listener);
    },
    record: (request, sink) => {
      const isWatch = request.verb === 'watch';
      const announced: Omit<SentWatchEvent, 'time'>[] = [];
      let status = 0;
      let events = 0;
      let fault: string | null = null;

      const tell = (phase: 'begin' | 'end') => {
        const told = kubeRequest(request, clock.now() - request.time, status, events, fault);
        for (const listener of [...requestListeners]) listener(told, phase);
      };
      const countEvents = (piece: Buffer) => {
        for (let at = piece.indexOf(lineFeed); at >= 0; at = piece.indexOf(lineFeed, at + 1)) {
          events += 1;
          const next = announced.shift();
          if (next === undefined || eventListeners.size === 0) continue;
          const event = { time: clock.now(), ...next };
          for (const listener of [...eventListeners]) listener(event);
        }
      };
      if (!isWatch) tell('begin');
      let begun = !isWatch;
      sink.onClose(() => {
        if (!begun) tell('begin');
        tell('end');
      });
      return {
        begun: () => status !== 0,
        setFault: (id) => {
          fault = id;
        },
        note: (type, object, resourceVersion) => {
          announced.push({
            seq: request.seq,
            type,
            resource: request.resource,
            kind: object?.type.kind ?? '',
            namespace: object?.namespace ?? '',
            name: object?.name ?? '',
            uid: object?.object.metadata.uid ?? '',
            resourceVersion,
          });
        },
        sink: {
          get closed() {
            return sink.closed;
          },
          begin: (code, headers) => {
            if (sink.closed) return;
            status = code;
            sink.begin(code, headers);
            if (!begun) {
              begun = true;
              tell('begin');
            }
          },
          write: (piece) => {
            if (sink.closed) return Promise.resolve();
            const written = sink.write(piece);
            if (isWatch && status === 200) countEvents(piece);
            return written;
          },
          end: sink.end,
          reset: sink.reset,
          resetStream: sink.resetStream,
          silence: sink.silence,
          onClose: sink.onClose,
        },
      };
    },
  };
}

function kubeRequest(
  request: ApiRequest,
  duration: number,
  status: number,
  events: number,
  fault: string | null,
): KubeRequest {
  const { seq, time, verb, group, version, resource, namespace, name, query, userAgent } = request;
  return {
    seq,
    time,
    duration,
    verb,
    group,
    version,
    resource,
    namespace,
    name,
    query,
    userAgent,
    status,
    events,
    fault,
  };
}
