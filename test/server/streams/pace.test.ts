import { describe, expect, it } from 'vitest';
import { createPace } from '../../../src/server/streams/pace.js';
import { until } from './support.js';

function paceAt(start = 0) {
  let time = start;
  const pace = createPace({ bytes: 1_000, promptBytes: 100, lateMs: 50, now: () => time });
  return {
    pace,
    pass: (ms: number) => {
      time += ms;
    },
  };
}

describe('pace', () => {
  it('is closed while more is under way than it lets be, and open once that is taken', () => {
    const { pace } = paceAt();
    const [one, other] = [pace.began(60), pace.began(60)];
    expect(pace.isOpen()).toBe(false);
    let opened = 0;
    pace.whenOpen(() => {
      opened += 1;
    });
    expect(opened).toBe(0);
    other();
    other();
    expect([opened, pace.isOpen()]).toEqual([1, true]);
    one();
    expect([opened, pace.isOpen()]).toEqual([1, true]);
  });

  it('waits for a slow reader no longer than it takes to know one', async () => {
    const { pace, pass } = paceAt();
    const taken = pace.began(120);
    let opened = false;
    pace.whenOpen(() => {
      opened = true;
    });
    pass(49);
    expect(pace.isOpen()).toBe(false);
    pass(1);
    await until(() => opened);
    pace.began(99);
    taken();
    expect(pace.isOpen()).toBe(true);
    pace.began(1);
    expect(pace.isOpen()).toBe(false);
    pace.close();
  });

  it('stays closed where slow readers have all room, until one of them is gone', () => {
    const { pace, pass } = paceAt();
    const [gone] = [pace.began(600), pace.began(600)];
    pass(1_000);
    expect(pace.isOpen()).toBe(false);
    let opened = false;
    pace.whenOpen(() => {
      opened = true;
    });
    gone?.();
    expect(opened).toBe(true);
  });

  it('lets one message go that is larger than all room', () => {
    const { pace } = paceAt();
    const taken = pace.began(5_000);
    expect(pace.isOpen()).toBe(false);
    taken();
    expect(pace.isOpen()).toBe(true);
  });
});
