import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectedSpan, expectedText } from '../../capture-fixtures/lab/expected.js';
import { labs } from '../../capture-fixtures/lab/labs.js';
import { spans } from '../../capture-fixtures/lab/plan.js';
import { isUnrecorded } from '../../capture-fixtures/lab/unrecorded.js';
import { expectRight, expectVariant } from './support/expect-recording.js';
import { recordingsFolder, recordingsIn } from './support/recordings.js';

const recordings = recordingsIn(recordingsFolder);

describe('the recordings of every CNI, each configured as its row requires', () => {
  for (const recording of recordings) {
    it(`${recording.cni} ${recording.span}`, () => expectRight(recording));
  }
});

describe('the same recordings under other configurations and other knowledge', () => {
  for (const recording of recordings) {
    for (const variant of recording.expected.variants) {
      it(`${recording.cni} ${recording.span}: ${variant.name}`, () => expectVariant(recording, variant));
    }
  }
});

describe('what is recorded', () => {
  it('is every span of every lab that its data path can carry, but for those that are named with a reason', () => {
    const wanted = labs.flatMap((lab) =>
      spans
        .filter((span) => lab.points[span] !== undefined && !isUnrecorded(lab.id, span))
        .map((span) => `${lab.id} ${span}`),
    );
    expect(recordings.map(({ cni, span }) => `${cni} ${span}`).sort()).toEqual(wanted.sort());
  });

  it('is held to what the labs declare today', () => {
    for (const { cni, span, expected } of recordings) {
      const lab = labs.find(({ id }) => id === cni);
      const [named] = spans.filter((candidate) => candidate === span);
      const points = named === undefined ? undefined : lab?.points[named];
      if (lab === undefined || named === undefined || points === undefined)
        throw new Error(`no lab declares ${cni} ${span}`);
      expect(expected, `${cni} ${span}: node dist/capture-fixtures/lab/declare.js writes it`).toEqual(
        JSON.parse(expectedText(expectedSpan(lab, named, points))),
      );
    }
  });

  it.each([...new Set(recordings.map(({ cni }) => cni))])('%s names the kernel that recorded it', (cni) => {
    const topology = JSON.parse(readFileSync(join(recordingsFolder, cni, 'topology.json'), 'utf8'));
    expect(topology).toMatchObject({ cni, kernel: expect.stringMatching(/^\d+\.\d+/) });
  });
});
