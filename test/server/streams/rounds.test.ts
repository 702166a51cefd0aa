import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createRounds } from '../../../src/server/streams/rounds.js';
import { until } from './support.js';

const open = { isOpen: () => true, whenOpen: (act: () => void) => act() };

describe('rounds', () => {
  it('do not hold the event loop up, however much there is to do', async () => {
    const acted: number[] = [];
    const rounds = createRounds<number>({
      roundMs: 0,
      act: (thing) => {
        for (const end = performance.now() + 1; performance.now() < end; );
        acted.push(thing);
      },
      onProblem: () => {},
      pace: open,
    });
    for (let thing = 0; thing < 60; thing++) rounds.add(thing);
    let turns = 0;
    const turn = (): void => {
      turns += 1;
      if (acted.length < 60) setImmediate(turn);
    };
    turn();
    await until(() => acted.length === 60);
    expect(turns).toBeGreaterThan(5);
    expect(acted).toEqual(Array.from({ length: 60 }, (_, index) => index));
    rounds.add(60);
    await until(() => acted.length === 61);
    rounds.close();
  });

  it('begin this far apart, the first one at once', async () => {
    const times: number[] = [];
    const rounds = createRounds<number>({
      roundMs: 200,
      act: () => times.push(performance.now()),
      onProblem: () => {},
      pace: open,
    });
    const begin = performance.now();
    rounds.add(1);
    await until(() => times.length === 1);
    rounds.add(2);
    rounds.add(3);
    await until(() => times.length === 3);
    expect((times[0] ?? 0) - begin).toBeLessThan(190);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(190);
    expect((times[2] ?? 0) - (times[1] ?? 0)).toBeLessThan(190);
    rounds.close();
  });

  it('go on where acting on one thing fails', async () => {
    const acted: number[] = [];
    const problems: string[] = [];
    const rounds = createRounds<number>({
      roundMs: 0,
      act: (thing) => {
        if (thing === 1) throw new Error('no');
        acted.push(thing);
      },
      onProblem: (message) => problems.push(message),
      pace: open,
    });
    for (const thing of [0, 1, 2]) rounds.add(thing);
    await until(() => acted.length === 2);
    expect(problems).toHaveLength(1);
    rounds.close();
    rounds.add(3);
    await wait(20);
    expect(acted).toEqual([0, 2]);
  });

  it('wait while the pace is closed', async () => {
    const acted: number[] = [];
    let isOpen = true;
    let go = (): void => {};
    const rounds = createRounds<number>({
      roundMs: 0,
      act: (thing) => {
        acted.push(thing);
        isOpen = thing !== 1;
      },
      onProblem: () => {},
      pace: {
        isOpen: () => isOpen,
        whenOpen: (act) => {
          go = act;
        },
      },
    });
    for (const thing of [0, 1, 2, 3]) rounds.add(thing);
    await until(() => acted.length === 2);
    await wait(20);
    expect(acted).toEqual([0, 1]);
    isOpen = true;
    go();
    await until(() => acted.length === 4);
    expect(acted).toEqual([0, 1, 2, 3]);
    rounds.close();
  });
});
