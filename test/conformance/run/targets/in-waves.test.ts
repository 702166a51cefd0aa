import { expect, test } from 'vitest';
import { inWaves } from '../../../../src/conformance/run/targets/in-waves.js';

const object = (uid: string, ...owners: readonly string[]) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: uid, uid, ownerReferences: owners.map((owner) => ({ uid: owner })) },
});
const uids = (waves: ReturnType<typeof inWaves>) => waves.map((wave) => wave.map(({ metadata }) => metadata.uid));

test('owners come before what they own, whatever the order', () => {
  expect(
    uids(inWaves([object('pod', 'set'), object('set', 'deployment'), object('deployment'), object('map')])),
  ).toEqual([['deployment', 'map'], ['set'], ['pod']]);
});

test('owners elsewhere are waited for by nobody, nor are circles', () => {
  expect(uids(inWaves([object('a', 'elsewhere')]))).toEqual([['a']]);
  expect(uids(inWaves([object('a', 'b'), object('b', 'a')]))).toEqual([['a', 'b']]);
});
