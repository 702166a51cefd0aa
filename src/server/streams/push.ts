import { hash } from 'node:crypto';
import { status as codes } from '@grpc/grpc-js';
import { messageType } from '../../wire/protos.js';
import type { AdjustableClock } from '../clock.js';
import type { ModelEvent } from '../model/model-event.js';
import type { PushAnswer, SentVersions } from '../model/push-answer.js';
import type { ServerModel } from '../model/server-model.js';
import type { OpenStream, StreamService } from './open-stream.js';
import { createPace } from './pace.js';
import { createRounds } from './rounds.js';
import type { StreamLimits } from './stream-limits.js';

export interface PushService {
  readonly service: StreamService;
  close(): void;
}

export interface PushOptions {
  readonly model: Pick<ServerModel, 'pushAnswer' | 'onChange' | 'groupOf'>;
  readonly clock: AdjustableClock;
  readonly limits: Pick<
    StreamLimits,
    'heartbeatMs' | 'roundMs' | 'platformMs' | 'sweepMs' | 'outboxBytes' | 'promptBytes' | 'lateMs'
  >;
  readonly onProblem: (message: string, cause: unknown) => void;
}

interface Subscriber {
  readonly stream: OpenStream;
  /** "ctrl_ip-ctrl_mac". */
  readonly agent: string;
  readonly identity: { readonly ctrlIp: string; readonly ctrlMac: string };
  readonly clusterId: string;
  sent: SentVersions | null;
  /** Of the last answer without new data, to tell whether another one says anything else; null: none since the data. */
  told: string | null;
  /** Of the steady clock, ms. */
  lastTold: number;
  /** A message is on its way; what changes meanwhile is told behind it, at once. */
  busy: boolean;
  stale: boolean;
  /** NICs or addresses have changed, and it is too soon to tell them. */
  platformStale: boolean;
  /** Of the steady clock, ms: a change of them was told. */
  platformTold: number;
}

/** Tells agents their full set when they open a stream, and later what has changed of it. */
export function createPushService({ model, clock, limits, onProblem }: PushOptions): PushService {
  const subscribers = new Set<Subscriber>();
  const { outboxBytes: bytes, promptBytes, lateMs, roundMs } = limits;
  const pace = createPace({ bytes, promptBytes, lateMs, now: () => clock.steady.now() });
  const rounds = createRounds<Subscriber>({ roundMs, act: tellChange, pace, onProblem });
  const forget = model.onChange((event) => {
    const soonest = clock.steady.now() - limits.platformMs;
    for (const subscriber of subscribers) {
      if (subscriber.stale || !concerns(event, subscriber)) continue;
      if (event.kind === 'platform' && subscriber.platformTold > soonest) subscriber.platformStale = true;
      else makeStale(subscriber, event.kind === 'platform');
    }
  });
  const beat = setInterval(() => {
    const now = clock.steady.now();
    for (const subscriber of subscribers) {
      if (subscriber.busy || subscriber.stale) continue;
      if (subscriber.platformStale && now - subscriber.platformTold >= limits.platformMs) makeStale(subscriber, true);
      else if (now - subscriber.lastTold >= limits.heartbeatMs) {
        void send(subscriber, heartbeats[subscriber.stream.package]);
      }
    }
  }, limits.sweepMs).unref();

  function makeStale(subscriber: Subscriber, platform: boolean): void {
    subscriber.stale = true;
    if (platform) subscriber.platformTold = clock.steady.now();
    if (!subscriber.busy) rounds.add(subscriber);
  }

  function concerns(event: ModelEvent, { agent, identity, clusterId }: Subscriber): boolean {
    switch (event.kind) {
      case 'agent':
        return event.agent === agent;
      case 'group': {
        const group = model.groupOf(identity);
        // An agent that is not registered is answered FAILED, until it is.
        return group === null || group === event.group;
      }
      case 'platform':
      case 'seat':
        return event.clusterId === clusterId;
      case 'behind':
        return false;
    }
  }

  function answerTo({ stream, sent }: Subscriber): PushAnswer {
    const { path, request, local } = stream;
    return model.pushAnswer({ path, time: clock.now(), request, local, ...(sent === null ? {} : { sent }) });
  }

  async function send(subscriber: Subscriber, message: Uint8Array): Promise<void> {
    subscriber.busy = true;
    const taken = pace.began(message.length);
    await subscriber.stream.send(message);
    taken();
    subscriber.busy = false;
    subscriber.lastTold = clock.steady.now();
    if (subscriber.stale && subscriber.stream.isOpen()) rounds.add(subscriber);
  }

  function tell(subscriber: Subscriber): void {
    const { stream } = subscriber;
    subscriber.stale = false;
    subscriber.platformStale = false;
    const answer = answerTo(subscriber);
    switch (answer.kind) {
      case 'close':
        stream.end(codes.OK, 'OK');
        return;
      case 'refused':
        stream.end(answer.status, answer.statusMessage);
        return;
      default: {
        const hasNewData = answer.kind === 'data' && !isSame(answer.sent, subscriber.sent);
        const digest = hasNewData ? null : hash('sha1', answer.response, 'base64');
        if (digest !== null && digest === subscriber.told) return;
        subscriber.told = digest;
        if (answer.kind === 'data') subscriber.sent = answer.sent;
        void send(subscriber, answer.response);
      }
    }
  }

  function tellChange(subscriber: Subscriber): void {
    if (subscriber.stream.isOpen() && subscriber.stale && !subscriber.busy) tell(subscriber);
  }

  return {
    service: (stream) => {
      const subscriber: Subscriber = {
        stream,
        ...whose(stream),
        sent: null,
        told: null,
        lastTold: clock.steady.now(),
        busy: false,
        stale: false,
        platformStale: false,
        platformTold: Number.NEGATIVE_INFINITY,
      };
      tell(subscriber);
      subscribers.add(subscriber);
      return { ended: () => void subscribers.delete(subscriber) };
    },
    close: () => {
      forget();
      clearInterval(beat);
      rounds.close();
      pace.close();
    },
  };
}

const heartbeats = {
  agent: messageType('agent.SyncResponse').encode({ status: 'HEARTBEAT' }),
  trident: messageType('trident.SyncResponse').encode({ status: 'HEARTBEAT' }),
};

function isSame(one: SentVersions, other: SentVersions | null): boolean {
  return (
    other !== null && one.platformData === other.platformData && one.acls === other.acls && one.groups === other.groups
  );
}

function whose({ package: name, request }: OpenStream): Pick<Subscriber, 'agent' | 'identity' | 'clusterId'> {
  const { message } = messageType(`${name}.SyncRequest`).tryDecode(request);
  const { ctrl_ip: ctrlIp = '', ctrl_mac: ctrlMac = '', kubernetes_cluster_id: clusterId = '' } = message ?? {};
  return { agent: `${ctrlIp}-${ctrlMac}`, identity: { ctrlIp, ctrlMac }, clusterId };
}
