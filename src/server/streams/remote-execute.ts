import { status as codes } from '@grpc/grpc-js';
import { hasMoreFields } from '../../wire/field-count.js';
import { messageType } from '../../wire/protos.js';
import type { AdjustableClock } from '../clock.js';
import { maxFields } from '../decoding-limit.js';
import { undecodable } from '../model/call-outcome.js';
import type { OpenStream, StreamService } from './open-stream.js';
import {
  encodeOrder,
  heartbeatAnswer,
  RemoteExecuteError,
  type RemoteFailure,
  type RemoteOrder,
  type RemoteResult,
} from './remote-command.js';
import { createResultCollector, type RemoteAnswer, type ResultCollector } from './result-collector.js';
import type { StreamLimits } from './stream-limits.js';

/** How an agent calls itself on its stream. */
export interface AgentAddress {
  readonly ip: string;
  readonly mac: string;
}

/** Has agents execute commands over the streams that they hold. */
export interface RemoteConsole {
  /**
   * Of several streams of one agent, the one opened last is used.
   *
   * @param options.timeoutMs of the server's clock; default 30,000
   * @throws RemoteExecuteError where no result came of it
   */
  execute(agent: AgentAddress, order: RemoteOrder, options?: { readonly timeoutMs?: number }): Promise<RemoteResult>;
  /** The agents that can be asked, one for each stream. */
  agents(): readonly ConnectedAgent[];
}

export interface ConnectedAgent extends AgentAddress {
  /** Unix time, ms, at which its stream was opened. */
  readonly since: number;
  /** Orders that are under way. */
  readonly pending: number;
}

export interface RemoteExecuteService {
  readonly service: StreamService;
  readonly console: RemoteConsole;
  close(): void;
}

export interface RemoteExecuteOptions {
  readonly clock: AdjustableClock;
  readonly limits: Pick<StreamLimits, 'silenceMs' | 'sweepMs'>;
}

interface Connection {
  readonly stream: OpenStream;
  address: AgentAddress | null;
  /** Of the steady clock, ms. */
  lastHeard: number;
  readonly orders: Map<string, Order>;
}

interface Order {
  readonly id: number;
  readonly collector: ResultCollector;
  /** Of the steady clock, ms. */
  readonly until: number;
  resolve(result: RemoteResult): void;
  reject(error: unknown): void;
}

const defaultTimeoutMs = 30_000;
const maxOrders = 16;
const maxOutputBytes = 64 * 1024 * 1024;

/** The roles are reversed: the agent calls, and then is told what to do. */
export function createRemoteExecuteService({ clock, limits }: RemoteExecuteOptions): RemoteExecuteService {
  const connections = new Set<Connection>();
  /** By `keyOf`; of each agent in the order in which they were opened. */
  const byAgent = new Map<string, Set<Connection>>();
  let lastId = 0;
  const sweep = setInterval(() => {
    const now = clock.steady.now();
    for (const connection of connections) tend(connection, now);
  }, limits.sweepMs).unref();

  function tend({ stream, lastHeard, orders }: Connection, now: number): void {
    if (now - lastHeard >= limits.silenceMs) {
      stream.drop('silent', `nothing was heard of the agent for ${Math.round((now - lastHeard) / 1000)} s`);
      return;
    }
    for (const order of orders.values()) {
      if (now >= order.until) fail(orders, order, 'timeout', 'The agent did not give the whole result in time.');
    }
  }

  function fail(orders: Connection['orders'], order: Order, failure: RemoteFailure, message: string): void {
    orders.delete(String(order.id));
    order.reject(new RemoteExecuteError(failure, message));
  }

  function meet(connection: Connection, { ip = '', mac = '' }: NonNullable<RemoteAnswer['agent_id']>): void {
    const address = { ip, mac };
    const key = keyOf(address);
    if (connection.address !== null && keyOf(connection.address) === key) return;
    if (connection.address !== null) leave(connection);
    connection.address = address;
    const theirs = byAgent.get(key) ?? new Set();
    byAgent.set(key, theirs.add(connection));
  }

  function leave(connection: Connection): void {
    if (connection.address === null) return;
    const key = keyOf(connection.address);
    const theirs = byAgent.get(key);
    theirs?.delete(connection);
    if (theirs?.size === 0) byAgent.delete(key);
  }

  function take(connection: Connection, bytes: Buffer): void {
    const { stream, orders } = connection;
    if (hasMoreFields('agent.RemoteExecResponse', bytes, maxFields)) {
      stream.drop('too-large', `plumbline takes messages of up to ${maxFields} fields`);
      return;
    }
    const { message, problem } = messageType('agent.RemoteExecResponse').tryDecode(bytes);
    if (message === null) {
      const { status, statusMessage } = undecodable(problem);
      stream.end(status, statusMessage);
      return;
    }
    connection.lastHeard = clock.steady.now();
    if (message.agent_id !== undefined && message.agent_id !== null) meet(connection, message.agent_id);
    if (connection.address === null) {
      stream.end(codes.INVALID_ARGUMENT, 'the first message must have an agent_id: nobody knows which agent this is');
      return;
    }
    const id = message.request_id ?? '0';
    if (id === '0') {
      void stream.send(heartbeatAnswer);
      return;
    }
    const order = orders.get(id);
    // An answer that came too late, or was not asked for, is written down like any other.
    if (order !== undefined) collect(orders, order, message);
  }

  function collect(orders: Connection['orders'], order: Order, answer: RemoteAnswer): void {
    try {
      const result = order.collector.add(answer);
      if (result === null) return;
      orders.delete(String(order.id));
      order.resolve(result);
    } catch (error) {
      orders.delete(String(order.id));
      order.reject(error);
    }
  }

  function execute(agent: AgentAddress, order: RemoteOrder, timeoutMs: number): Promise<RemoteResult> {
    const connection = [...(byAgent.get(keyOf(agent)) ?? [])].at(-1);
    if (connection === undefined) {
      const message = `No agent with ip ${agent.ip} and mac ${agent.mac} holds a RemoteExecute stream.`;
      return Promise.reject(new RemoteExecuteError('not-connected', message));
    }
    const { orders, stream } = connection;
    if (orders.size >= maxOrders) {
      const message = `${maxOrders} orders are under way at this agent already.`;
      return Promise.reject(new RemoteExecuteError('busy', message));
    }
    lastId += 1;
    const id = lastId;
    return new Promise((resolve, reject) => {
      const collector = createResultCollector(order, maxOutputBytes);
      orders.set(String(id), { id, collector, until: clock.steady.now() + timeoutMs, resolve, reject });
      void stream.send(encodeOrder(id, order));
    });
  }

  return {
    service: (stream) => {
      const connection: Connection = { stream, address: null, lastHeard: clock.steady.now(), orders: new Map() };
      connections.add(connection);
      return {
        message: (bytes) => take(connection, bytes),
        halfClosed: () => stream.end(codes.OK, 'OK'),
        ended: () => {
          connections.delete(connection);
          leave(connection);
          for (const order of connection.orders.values()) {
            fail(connection.orders, order, 'agent-gone', 'The stream of the agent ended before the result was whole.');
          }
        },
      };
    },
    console: {
      execute: (agent, order, { timeoutMs = defaultTimeoutMs } = {}) => execute(agent, order, timeoutMs),
      agents: () =>
        [...connections].flatMap(({ stream, address, orders }) =>
          address === null ? [] : [{ ...address, since: stream.time, pending: orders.size }],
        ),
    },
    close: () => clearInterval(sweep),
  };
}

function keyOf({ ip, mac }: AgentAddress): string {
  return `${ip}-${mac.toLowerCase()}`;
}
