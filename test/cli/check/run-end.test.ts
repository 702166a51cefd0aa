import { describe, expect, it } from 'vitest';
import { createRunEnd } from '../../../src/cli/check/run-end.js';
import type { JournalRecord, JudgingFacts } from '../../../src/journal/record.js';

const start = (judging?: Partial<JudgingFacts>): JournalRecord => ({
  ...{ kind: 'start', time: 0, compat: 'v7', clusters: [], maxMessage: 1, strictPackages: false },
  ...(judging === undefined ? {} : { judging: { clusterRegistered: true, ...judging } }),
});
const watched = start({ untilStop: true });
const played = start({ scenario: 'first-snapshot' });
const stop = (interrupted?: string): JournalRecord => ({
  ...{ kind: 'stop', time: 1 },
  ...(interrupted === undefined ? {} : { interrupted }),
});
const scene = (brokenOff: boolean): JournalRecord => ({
  ...{ kind: 'scene', time: 1, brokenOff, timeline: [], reads: [], agentOutput: '' },
  run: { seed: 1, profile: 'full', interval: 1, kube: 'embedded', command: [] },
});
const died = 'its journal ends before the run did';

describe('the end of a run, by its journal', () => {
  it.each<[string, readonly JournalRecord[], string | null]>([
    ['nothing was written', [], null],
    ['a server was played', [start()], null],
    ['a server judged what came', [start({})], null],
    ['an agent was watched to the end', [watched, stop()], null],
    ['the run was killed', [watched], died],
    ['the run was interrupted', [watched, stop('SIGINT came')], 'SIGINT came'],
    ['the server was made to start again, and the run was killed', [watched, watched], died],
    ['a run that was killed was made again', [watched, watched, stop()], null],
    ['a run that came to its end was made again, and killed', [watched, stop(), watched], died],
    ['a scenario was played', [played, scene(false), stop()], null],
    ['a scenario was broken off', [played, scene(true), stop()], 'the run was interrupted within this scenario'],
    ['the run was killed within a scenario', [played, stop()], died],
  ])('%s', (_, records, expected) => {
    const end = createRunEnd();
    for (const record of records) end.observe(record);
    expect(end.brokenOff()).toBe(expected);
  });
});
