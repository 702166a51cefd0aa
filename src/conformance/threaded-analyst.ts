import { availableParallelism } from 'node:os';
import type { ResourceLimits } from 'node:worker_threads';
import { createAdmissionGate } from './admission-gate.js';
import { createHeldClusters } from './analysis/held-clusters.js';
import type { Analyst, Upload } from './analyst.js';
import type { AnalystFault } from './analyst-fault.js';
import { type AnalystThread, createAnalystThread } from './analyst-thread.js';
import type { JudgeContext, Rule } from './rule.js';
import { shareBytes } from './shared-bytes.js';

export interface ThreadedAnalystOptions {
  readonly context: JudgeContext;
  /** All from the catalogue: threads look them up by id. */
  readonly rules: readonly Rule[];
  /** Default: 4, or the number of cores where that is less. */
  readonly threads?: number;
  /** Bytes of uploads that may wait for their analysis; default 256 MiB. */
  readonly maxPendingBytes?: number;
  /** Of each thread; default: 4 GiB of objects, and more than usual for young ones. */
  readonly resourceLimits?: ResourceLimits;
}

/** The more room there is for young objects, the more of them are dead when it is full: most of an entry's JSON is, at once. */
const defaultLimits: ResourceLimits = { maxOldGenerationSizeMb: 4096, maxYoungGenerationSizeMb: 64 };

interface ClusterPlace {
  readonly thread: AnalystThread;
  /** The upload stored last, in memory that it shares with its thread. */
  stored: Upload | null;
  /** Why what the server stores is not known. */
  lost: AnalystFault | null;
}

/**
 * An analyst in worker threads, which have to be one where `truth` is told; one starts at once, the others when needed. A cluster stays with its thread, which remembers its entries. A
 * thread that dies takes one upload with it; its other clusters go on in a new thread.
 */
export function createThreadedAnalyst(options: ThreadedAnalystOptions): Analyst {
  const { context, rules, maxPendingBytes = 256 * 1024 * 1024 } = options;
  const setup = {
    context,
    ruleIds: rules.filter((rule) => rule.scope !== 'traffic' && rule.scope !== 'scenario').map((rule) => rule.id),
  };
  const resourceLimits = { ...defaultLimits, ...options.resourceLimits };
  const most = options.threads ?? Math.min(4, availableParallelism());
  const gate = createAdmissionGate(maxPendingBytes);
  const threads: AnalystThread[] = [];
  const places = createHeldClusters<ClusterPlace>();

  const placesOn = (thread: AnalystThread): ClusterPlace[] =>
    [...places.values()].filter((place) => place.thread === thread);

  const startThread = (): AnalystThread => {
    const thread: AnalystThread = createAnalystThread({
      setup,
      resourceLimits,
      onDeath(job, fault) {
        const place = job.kind === 'analyse' ? places.peek(job.upload.clusterId) : undefined;
        if (place === undefined) return;
        place.stored = null;
        place.lost = fault;
      },
      restore: () =>
        placesOn(thread).flatMap(({ stored }) => (stored === null ? [] : [{ kind: 'analyse', upload: stored }])),
    });
    threads.push(thread);
    return thread;
  };

  /** An idle one, a new one while there may be more, else the one with the fewest clusters. */
  const leastLoaded = (): AnalystThread => {
    const loads = threads.map((thread) => ({ thread, clusters: placesOn(thread).length }));
    const least = loads.reduce((best, other) => (other.clusters < best.clusters ? other : best));
    return least.clusters > 0 && threads.length < most ? startThread() : least.thread;
  };

  const placeOf = ({ clusterId, bytes }: Upload): ClusterPlace => {
    const place = places.peek(clusterId) ?? { thread: leastLoaded(), stored: null, lost: null };
    places.use(clusterId, place, bytes.length);
    return place;
  };

  const threadHolding = (clusterId: string): AnalystThread => {
    const place = places.get(clusterId);
    if (place?.lost) throw place.lost;
    return place?.thread ?? leastLoaded();
  };

  startThread().start();
  return {
    admit: (bytes) => gate.admit(bytes),
    async analyse(upload) {
      // Memory that the thread reads without another copy, and that outlives the thread.
      const { bytes, arrived, digest } = shareBytes(upload.bytes);
      const shared: Upload = { ...upload, bytes };
      const held = gate.hold(upload.bytes.length);
      try {
        const place = placeOf(upload);
        const analysis = await place.thread.run({ kind: 'analyse', upload: shared, arrived });
        if (upload.stored) {
          place.stored = shared;
          place.lost = null;
        }
        return { ...analysis, bytesDigest: digest() };
      } finally {
        held.release();
      }
    },
    summary: async (clusterId, view) => threadHolding(clusterId).run({ kind: 'summary', clusterId, view }),
    inventory: async (clusterId, view) => threadHolding(clusterId).run({ kind: 'inventory', clusterId, view }),
    difference: async (clusterId, view) => threadHolding(clusterId).run({ kind: 'difference', clusterId, view }),
    snapshotJson: async (clusterId) => threadHolding(clusterId).run({ kind: 'snapshotJson', clusterId }),
    facts: async (clusterId, view, upload) => threadHolding(clusterId).run({ kind: 'facts', clusterId, view, upload }),
    truth(order) {
      // A thread that cannot take it in dies of it or says so with the next upload.
      for (const thread of threads) thread.run({ kind: 'truth', order }).catch(() => {});
    },
    standing: async (clusterId, question) => threadHolding(clusterId).run({ kind: 'standing', clusterId, question }),
    async forget() {
      places.clear();
      await Promise.all(threads.map((thread) => thread.run({ kind: 'forget' })));
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}
