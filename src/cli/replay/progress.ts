import type { OnWork } from './capture-crew.js';

export interface Progress {
  readonly onWork: OnWork;
  /** Removes the line. */
  end(): void;
}

export interface ProgressOptions {
  /** Standard error; nothing is written where it is no terminal. */
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  /** Of all files, as they lie on the disk. */
  readonly totalBytes: number;
  /** Milliseconds, ever growing. */
  readonly now: () => number;
}

const everyMs = 200;

/** One line that is written over: how far, how fast, how long yet. */
export function createProgress({ write, isTerminal, totalBytes, now }: ProgressOptions): Progress {
  if (!isTerminal) return { onWork: () => {}, end: () => {} };
  const started = now();
  let last = started;
  let shown = false;
  let bytes = 0;
  let packets = 0;
  return {
    onWork(moreBytes, morePackets) {
      bytes += moreBytes;
      packets += morePackets;
      const time = now();
      if (time - last < everyMs) return;
      last = time;
      shown = true;
      write(`\r\u001b[K${progressText({ bytes, packets, totalBytes, seconds: (time - started) / 1000 })}`);
    },
    end() {
      if (shown) write('\r\u001b[K');
    },
  };
}

export interface ProgressFigures {
  readonly bytes: number;
  readonly packets: number;
  readonly totalBytes: number;
  readonly seconds: number;
}

export function progressText({ bytes, packets, totalBytes, seconds }: ProgressFigures): string {
  const share = totalBytes === 0 ? 0 : Math.min(1, bytes / totalBytes);
  const left = share > 0 ? `, ${durationText((seconds * (1 - share)) / share)} left` : '';
  const rate = seconds > 0 ? packets / seconds : 0;
  return `${Math.floor(share * 100)} % of ${sizeText(totalBytes)}, ${countText(packets)} packets, ${countText(rate)}/s${left}`;
}

function sizeText(bytes: number): string {
  return bytes < 1e6
    ? `${Math.ceil(bytes / 1e3)} kB`
    : bytes < 1e9
      ? `${(bytes / 1e6).toFixed(0)} MB`
      : `${(bytes / 1e9).toFixed(1)} GB`;
}

function countText(count: number): string {
  return count < 1e4
    ? count.toFixed(0)
    : count < 1e6
      ? `${(count / 1e3).toFixed(0)} k`
      : `${(count / 1e6).toFixed(1)} M`;
}

function durationText(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 90 ? `${whole} s` : `${Math.ceil(whole / 60)} min`;
}
