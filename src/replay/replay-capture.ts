import { knownPlatform } from '../platform/known-platform.js';
import { nodeView } from '../platform/node-view.js';
import { createTagIndex, type TagIndex } from '../platform/tags.js';
import type {
  CaptureBatch,
  CaptureOutcome,
  CaptureTask,
  FileFault,
  LearningOutcome,
  ReplaySetup,
} from './capture-task.js';
import { ChunkError } from './chunk-error.js';
import { type CompiledCore, type CoreConfig, CoreFault, createFlowCore, type FlowCore } from './core/index.js';
import type { FlowRecord } from './flow-record.js';
import { flowRow } from './flow-row.js';
import { createFlowTotals } from './flow-totals.js';
import { type Observation, type ObservationPlace, observationPlace, observe } from './observation.js';

/**
 * Opens a file as chunks of its bytes, unpacked; a chunk may be used until the next one is asked for. Bytes that need no
 * unpacking may be read straight into `rooms`, in turn, once chunks that lie elsewhere have been used.
 */
export type OpenChunks = (file: string, rooms: FlowCore['rooms']) => AsyncIterable<Uint8Array>;

export interface CaptureHandlers {
  readonly open: OpenChunks;
  /** Rows as they come; the next part of the capture is read when the promise resolves. */
  readonly take: (batch: CaptureBatch) => Promise<void> | void;
  /** Packets read so far, once per chunk. */
  readonly progress?: (packets: number) => void;
}

/** Rows that are handed over at once. The flows that are alive at the end of a capture make one larger batch. */
const rowsPerBatch = 4096;

/** A replay's shared data made ready for any number of its captures. */
export interface CaptureReplayer {
  replay(task: CaptureTask, handlers: CaptureHandlers): Promise<CaptureOutcome>;
}

/** Damage in a file costs the rest of that file only. Throws CoreFault where the configuration itself is unusable. */
export function createCaptureReplayer(core: CompiledCore, setup: ReplaySetup): CaptureReplayer {
  const platform = knownPlatform(setup.topology, setup.platform);
  let tags: TagIndex | null = null;
  return {
    async replay(task, { open, take, progress }) {
      const view = nodeView(setup.topology, platform, task.node);
      const file = task.files.join(', ');
      const placeOf = (nic: string): ObservationPlace => {
        const { topology } = setup;
        const { node, core: config, decision } = task;
        const captureMode = config.captureMode;
        const known = { captureMode, topology, platform, view, settings: decision };
        return observationPlace({ node, nic, file, ...known, keepsDecisions: setup.withExplanations });
      };
      const places = createPlaces(task, placeOf);
      let observations: Observation[] = [];
      let flowRows: CaptureBatch['flowRows'][number][] = [];
      let recordsLeftOut = 0;
      if (setup.withFlowRows) tags ??= createTagIndex(setup.topology, setup.resources);
      const totals = task.core.reportInterval === 'total' ? null : createFlowTotals();
      const onRecord = (record: FlowRecord): void => {
        const place = places(record.ifindex);
        const whole = totals === null ? record : totals.add(record);
        if (place === null) {
          recordsLeftOut += 1;
          return;
        }
        if (whole !== null) observations.push(observe(whole, place));
        if (tags !== null) {
          const { tapSide } = whole === record ? (observations.at(-1) ?? place.decide(record)) : place.decide(record);
          flowRows.push(flowRow(record, { node: task.node, nic: place.nic, tapSide }, tags));
        }
      };
      const handOver = (): Promise<void> | void => {
        if (observations.length === 0 && flowRows.length === 0) return;
        const batch = { observations, flowRows };
        observations = [];
        flowRows = [];
        return take(batch);
      };
      const flowCore = createFlowCore(core, task.core, { onRecord });
      const faults = await feedFiles(flowCore, task.files, open, (packets) => {
        progress?.(packets);
        return observations.length + flowRows.length >= rowsPerBatch ? handOver() : undefined;
      });
      const interfaces = flowCore.interfaces();
      const counters = flowCore.end();
      await handOver();
      return { counters, interfaces, faults, recordsLeftOut };
    },
  };
}

/** Which MACs and addresses a capture shows, and how much it holds. */
export async function learnCapture(
  core: CompiledCore,
  config: CoreConfig,
  files: readonly string[],
  { open, progress }: Pick<CaptureHandlers, 'open' | 'progress'>,
): Promise<LearningOutcome> {
  const flowCore = createFlowCore(core, config, {}, 'learn');
  const faults = await feedFiles(flowCore, files, open, (packets) => progress?.(packets));
  const interfaces = flowCore.interfaces();
  const pairs = flowCore.learnt();
  return { counters: flowCore.end(), interfaces, pairs, faults };
}

/** Packets of an interface of unknown index count for the capture's own NIC. */
function createPlaces(
  task: CaptureTask,
  placeOf: (nic: string) => ObservationPlace,
): (ifindex: number) => ObservationPlace | null {
  const own = placeOf(task.nic);
  if (task.nicsByIndex.size === 0) return () => own;
  const places = new Map([...task.nicsByIndex].map(([index, nic]) => [index, nic === null ? null : placeOf(nic)]));
  return (ifindex) => {
    const found = ifindex === 0 ? own : places.get(ifindex);
    return found === undefined ? own : found;
  };
}

async function feedFiles(
  core: FlowCore,
  files: readonly string[],
  open: OpenChunks,
  afterChunk: (packets: number) => Promise<void> | void,
): Promise<FileFault[]> {
  const faults: FileFault[] = [];
  for (const file of files) {
    let bytes = 0;
    try {
      for await (const chunk of open(file, core.rooms)) {
        bytes += chunk.length;
        core.feed(chunk);
        const waiting = afterChunk(core.counters().packets);
        if (waiting !== undefined) await waiting;
      }
    } catch (thrown) {
      faults.push(faultOf(file, thrown, bytes));
    }
    try {
      core.endFile();
    } catch (thrown) {
      // A file without a byte was refused before, or is too short to be a capture.
      if (!faults.some((fault) => fault.file === file)) faults.push(faultOf(file, thrown, bytes));
    }
  }
  return faults;
}

function faultOf(file: string, thrown: unknown, bytes: number): FileFault {
  if (thrown instanceof CoreFault) return { file, kind: 'refused', message: thrown.message };
  if (thrown instanceof ChunkError) {
    return { file, kind: bytes === 0 ? 'refused' : 'damaged', message: thrown.message };
  }
  throw thrown;
}
