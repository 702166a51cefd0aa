import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectedSpan, expectedText } from '../../capture-fixtures/lab/expected.js';
import { labs } from '../../capture-fixtures/lab/labs.js';
import { spans } from '../../capture-fixtures/lab/plan.js';
import { expectRight, expectVariant } from './support/expect-recording.js';
import { recordingsFolder, recordingsIn } from './support/recordings.js';

/** Another recording of the same labs passes the same test. */
const fresh = process.env.PLUMBLINE_RECORDINGS;
const folder = fresh ?? recordingsFolder;
const recordings = recordingsIn(folder);

describe('the recordings of every CNI', () => {
  for (const recording of recordings) {
    it(`${recording.cni} ${recording.span}, configured as its row requires`, () => expectRight(recording));
    for (const variant of recording.expected.variants) {
      it(`${recording.cni} ${recording.span}: ${variant.name}`, () => expectVariant(recording, variant));
    }
  }
});

describe('what is recorded', () => {
  it.skipIf(fresh !== undefined)('is every span of every lab that its data path can carry', () => {
    const wanted = labs.flatMap((lab) =>
      spans.filter((span) => lab.points[span] !== undefined).map((span) => `${lab.id} ${span}`),
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
    const topology = JSON.parse(readFileSync(join(folder, cni, 'topology.json'), 'utf8'));
    expect(topology).toMatchObject({ cni, kernel: expect.stringMatching(/^\d+\.\d+/) });
  });
});
