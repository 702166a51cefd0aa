import { expect, onTestFinished } from 'vitest';
import type { CallRecord, JournalRecord } from '../../../src/journal/record.js';
import { createFakeServer, type FakeServerOptions, type RunningServer } from '../../../src/server/fake-server.js';
import type { SelfCheckFault } from '../../../src/server/self-check/self-check.js';

export interface ServerUnderTest {
  readonly server: RunningServer;
  /** All records so far, in order. */
  readonly records: readonly JournalRecord[];
  /** The calls among them. */
  calls(): readonly CallRecord[];
  /** Resolves once `count` calls have been recorded. */
  recorded(count: number): Promise<readonly CallRecord[]>;
  readonly problems: readonly string[];
}

/** A server on free ports that ends with the running test. */
export async function startServer(options: Partial<FakeServerOptions> = {}): Promise<ServerUnderTest> {
  const records: JournalRecord[] = [];
  const problems: string[] = [];
  const broken: SelfCheckFault[] = [];
  let wake: () => void = () => {};
  const server = await createFakeServer({
    compat: 'v7',
    clusters: [],
    strictPackages: false,
    listen: { host: '127.0.0.1', port: 0 },
    onProblem: (message) => problems.push(message),
    selfCheck: (fault) => broken.push(fault),
    ...options,
    listeners: [
      (record) => {
        records.push(record);
        wake();
      },
      ...(options.listeners ?? []),
    ],
  });
  onTestFinished(async () => {
    await server.close({ graceMs: 0 });
    expect(broken).toEqual([]);
  });
  const calls = () => records.filter((record) => record.kind === 'call');
  return {
    server,
    records,
    calls,
    recorded: async (count) => {
      while (calls().length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return calls();
    },
    problems,
  };
}

/** A clock that stands still until it is moved. */
export function manualClock(start = 1_700_000_000_000): { now(): number; advance(ms: number): void } {
  let time = start;
  return {
    now: () => time,
    advance: (ms) => {
      time += ms;
    },
  };
}

export const day = 86_400_000;
