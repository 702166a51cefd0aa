import { describe, expect, test } from 'vitest';
import { createProgress, progressText } from '../../src/cli/replay/progress.js';

function watch(isTerminal: boolean) {
  let time = 0;
  let written = '';
  const progress = createProgress({
    write: (text) => {
      written += text;
    },
    isTerminal,
    totalBytes: 4_000_000_000,
    now: () => time,
  });
  progress.onWork(500_000_000, 1_000_000);
  time = 1000;
  progress.onWork(500_000_000, 1_000_000);
  const shown = written;
  progress.end();
  return { shown, written };
}

describe('progress', () => {
  test('tells bytes, packets, speed and the time that is left, and is removed at the end', () => {
    const { shown, written } = watch(true);
    expect(shown).toContain('25 % of 4.0 GB, 2.0 M packets, 2.0 M/s, 3 s left');
    expect(written.endsWith('\r\u001b[K')).toBe(true);
  });

  test('says nothing where nobody watches', () => {
    expect(watch(false).written).toBe('');
  });

  test.each([
    [{ bytes: 0, packets: 0, totalBytes: 0, seconds: 0 }, '0 % of 0 kB, 0 packets, 0/s'],
    [{ bytes: 10, packets: 9, totalBytes: 100, seconds: 60 }, '10 % of 1 kB, 9 packets, 0/s, 9 min left'],
    [{ bytes: 2e8, packets: 12_345, totalBytes: 1e8, seconds: 1 }, '100 % of 100 MB, 12 k packets, 12 k/s, 0 s left'],
  ])('%j', (figures, text) => {
    expect(progressText(figures)).toBe(text);
  });
});
