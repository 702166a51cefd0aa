import { resolve } from 'node:path';
import type { CompiledCore } from '../../replay/core/core-exports.js';
import { createCaptureReplayer, learnCapture } from '../../replay/replay-capture.js';
import type { CaptureCrew, OnWork } from './capture-crew.js';
import { chunksOfFile, type Rooms } from './chunks-of-file.js';

/** Reads one capture after the other in the calling thread. File names are relative to `root`. */
export function createLocalCrew(core: CompiledCore, root: string, onWork: OnWork): CaptureCrew {
  const createHandlers = () => {
    let before = 0;
    return {
      open: (file: string, rooms: Rooms) => chunksOfFile(resolve(root, file), (bytes) => onWork(bytes, 0), rooms),
      progress: (packets: number) => {
        onWork(0, packets - before);
        before = packets;
      },
    };
  };
  return {
    async learn(tasks) {
      const outcomes = [];
      for (const task of tasks) outcomes.push(await learnCapture(core, task.core, task.files, createHandlers()));
      return outcomes;
    },
    async replay(setup, tasks, take) {
      const replayer = createCaptureReplayer(core, setup);
      const outcomes = [];
      for (const [i, task] of tasks.entries()) {
        outcomes.push(await replayer.replay(task, { ...createHandlers(), take: (batch) => take(i, batch) }));
      }
      return outcomes;
    },
    close: async () => {},
  };
}
