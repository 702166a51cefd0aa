import { join } from 'node:path';
import { expect } from 'vitest';
import type { ExpectedVariant } from '../../../capture-fixtures/lab/expected.js';
import type { ReplayReport } from '../../../src/replay/replay-report.js';
import type { Recording } from './recordings.js';
import { partsOf, pointText, replayChangedSite, replaySite } from './replay-recording.js';

/** Points of each of the lab's conversations, by client port. */
function pointsOf(report: ReplayReport, { expected }: Recording): Readonly<Record<string, readonly string[][]>> {
  return Object.fromEntries(
    expected.conversations.map(({ protocol, clientPort }) => [
      clientPort,
      partsOf(report, protocol, clientPort)
        .map(({ points }) => points.map(pointText))
        .sort(byFirstPoint),
    ]),
  );
}

/** The part with the client's process goes first. */
function byFirstPoint(one: readonly string[], other: readonly string[]): number {
  return Number(other[0]?.startsWith('c-p') ?? false) - Number(one[0]?.startsWith('c-p') ?? false);
}

/** The recording shows what its lab declares: points, directions, tunnels, sharing, how each ended, and advice. */
export async function expectRight(recording: Recording): Promise<void> {
  const { expected, folder } = recording;
  const report = await replaySite(join(folder, 'site.yaml'));
  expect(pointsOf(report, recording)).toEqual(
    Object.fromEntries(expected.conversations.map(({ clientPort, parts }) => [clientPort, parts])),
  );
  for (const { name, protocol, clientPort, closeType, retransmits } of expected.conversations) {
    for (const { points } of partsOf(report, protocol, clientPort)) {
      const whole = points.filter(({ source, direction }) => source === 'packet' && direction === 'both');
      for (const point of whole) {
        expect([name, point.tapSide, point.closeType]).toEqual([name, point.tapSide, closeType]);
        expect([name, point.retransRx > 0]).toEqual([name, retransmits]);
      }
    }
  }
  expect([...new Set(report.advice.map(({ id }) => id))]).toEqual(expected.advice);
  expect(report.verdict).toBe('pass');
  expect(report.coverage?.unmet).toEqual([]);
}

/** Another configuration makes of the same packets what the lab declares. */
export async function expectVariant(recording: Recording, variant: ExpectedVariant): Promise<void> {
  const { set, platform, otherPodMacs } = variant;
  const changed = platform !== 'reported' || otherPodMacs;
  const report = changed
    ? await replayChangedSite(recording.folder, { platform, otherPodMacs }, set)
    : await replaySite(join(recording.folder, 'site.yaml'), set);
  expect(pointsOf(report, recording)).toEqual(variant.parts);
  expect(report.verdict).toBe(variant.verdict);
  expect(report.advice[0]?.id ?? null).toBe(variant.advice);
}
