import { setImmediate } from 'node:timers/promises';
import type { ClusterFactsChange } from '../platform/cluster-facts.js';
import type { Clock } from '../server/clock.js';
import type { ServerModel } from '../server/model/server-model.js';
import type { Analyst } from './analyst.js';

/** Hands what uploads say of nodes and addresses from those who take them apart to the server, whose agents are told. */
export interface PlatformFeed {
  /** An upload that the server keeps was analysed. */
  stored(clusterId: string): void;
  /** Resolves when what is being handed on has arrived. */
  idle(): Promise<void>;
}

export interface PlatformFeedOptions {
  readonly analyst: Analyst;
  readonly server: {
    readonly model: Pick<ServerModel, 'cluster' | 'settings'>;
    readonly clock: Clock;
    learn(change: ClusterFactsChange): Promise<void>;
  };
  readonly onProblem: (message: string, cause: unknown) => void;
}

/** One cluster is asked about once at a time; uploads that come meanwhile are told of together. */
export function createPlatformFeed({ analyst, server, onProblem }: PlatformFeedOptions): PlatformFeed {
  const asking = new Map<string, Promise<void>>();
  const stale = new Set<string>();

  async function ask(clusterId: string): Promise<void> {
    const { model, clock } = server;
    while (stale.delete(clusterId)) {
      const held = model.cluster(clusterId, clock.now());
      if (held === null || held.stored === null) return;
      const { version, errorMsg, seq } = held.stored;
      const view = { compat: model.settings.compat, version, errorMsg, registered: true };
      const lines = await analyst.facts(clusterId, view, seq);
      if (lines !== null) await handOn(lines);
    }
  }

  /** One line in one turn of the event loop. */
  async function handOn(lines: Uint8Array): Promise<void> {
    const bytes = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength);
    let from = 0;
    for (let to = bytes.indexOf(10, from); to >= 0; to = bytes.indexOf(10, from)) {
      void server.learn(JSON.parse(bytes.toString('utf8', from, to)) as ClusterFactsChange);
      from = to + 1;
      await setImmediate();
    }
  }

  return {
    stored: (clusterId) => {
      stale.add(clusterId);
      if (asking.has(clusterId)) return;
      const done = ask(clusterId)
        .catch((error: unknown) => onProblem(`What cluster '${clusterId}' says of its nodes and Pods is lost`, error))
        .finally(() => asking.delete(clusterId));
      asking.set(clusterId, done);
    },
    idle: async () => {
      await Promise.all(asking.values());
    },
  };
}
