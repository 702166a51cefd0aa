import { availableParallelism } from 'node:os';
import type { ResourceLimits } from 'node:worker_threads';
import { createAdmissionGate } from './admission-gate.js';
import { createHeldClusters } from './analysis/held-clusters.js';
import type { Analyst, ForeseenUpload, Upload } from './analyst.js';
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

/** An upload on its way. */
interface Coming {
  readonly upload: ForeseenUpload;
  readonly thread: AnalystThread;
  /** How many of its bytes are there, and how many the thread was told of. */
  there: number;
  told: number;
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
  /** By `seq`. */
  const foreseen = new Map<number, Coming>();

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

  const placeOf = ({ clusterId, bytes }: Upload, thread?: AnalystThread): ClusterPlace => {
    const place = places.peek(clusterId) ?? { thread: thread ?? leastLoaded(), stored: null, lost: null };
    places.use(clusterId, place, bytes.length);
    return place;
  };

  const threadHolding = (clusterId: string): AnalystThread => {
    const place = places.get(clusterId);
    if (place?.lost) throw place.lost;
    return place?.thread ?? leastLoaded();
  };

  /** Who does nothing else reads on; who has jobs reads it all when it is handed in. */
  const tell = (coming: Coming): void => {
    const { upload, thread, there } = coming;
    coming.told = there;
    const goOn = (): void => {
      if (foreseen.get(upload.seq) === coming && coming.told < coming.there && thread.isIdle()) tell(coming);
    };
    // What a thread dies of it dies of again, and tells, when the upload is handed in.
    thread.run({ kind: 'foresee', upload, there }).then(goOn, () => {});
  };

  const abandon = (seq: number): void => {
    const coming = foreseen.get(seq);
    if (coming === undefined) return;
    foreseen.delete(seq);
    const { clusterId } = coming.upload;
    if (coming.told > 0) coming.thread.run({ kind: 'abandon', seq, clusterId }).catch(() => {});
  };

  startThread().start();
  return {
    admit: (bytes) => gate.admit(bytes),
    foresee(upload, there) {
      const { seq, clusterId } = upload;
      let coming = foreseen.get(seq);
      if (coming === undefined) {
        coming = { upload, thread: places.peek(clusterId)?.thread ?? leastLoaded(), there, told: 0 };
        foreseen.set(seq, coming);
      }
      coming.there = there;
      if (coming.told < coming.there && coming.thread.isIdle()) tell(coming);
    },
    abandon,
    async analyse(upload) {
      const coming = foreseen.get(upload.seq);
      const isHere = coming?.there === upload.bytes.length && coming.upload.clusterId === upload.clusterId;
      const place = placeOf(upload, coming?.thread);
      if (isHere && place.thread === coming.thread) foreseen.delete(upload.seq);
      else abandon(upload.seq);
      // Memory that the thread reads without another copy, and that outlives the thread.
      const sharing = isHere ? { bytes: coming.upload.bytes } : shareBytes(upload.bytes);
      const shared: Upload = { ...upload, bytes: sharing.bytes };
      const held = gate.hold(upload.bytes.length);
      try {
        const report = await place.thread.run({ ...sharing, kind: 'analyse', upload: shared });
        if (upload.stored) {
          place.stored = shared;
          place.lost = null;
        }
        return report;
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
