import fc from 'fast-check';
import { expect, test } from 'vitest';
import { numericVersions, opaqueVersions } from '../../../src/apiserver/store/resource-versions.js';

test.each([
  ['numeric', numericVersions],
  ['opaque', opaqueVersions],
])('%s versions are read as they were written', (_name, versions) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 0x7fffffff }),
      (revision) => versions.read(versions.write(revision)) === revision,
    ),
  );
});

test('opaque versions hold no number, and their order says nothing of their age', () => {
  const written = Array.from({ length: 1000 }, (_, at) => opaqueVersions.write(at + 1));
  expect(written.filter((text) => /\d/.test(text))).toEqual([]);
  const rising = written.filter((text, at) => at > 0 && text > (written[at - 1] ?? '')).length;
  expect(rising).toBeGreaterThan(300);
  expect(rising).toBeLessThan(700);
});

test.each(['', '-1', '01', '1.0', '0x1', 'rv-', 'rv-zzzzzzz', 'rv-AAAAAAA', '١', '9'.repeat(30)])(
  '%j is no version',
  (text) => {
    expect([numericVersions.read(text), opaqueVersions.read(text)]).toEqual([null, null]);
  },
);
