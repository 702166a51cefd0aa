import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { allBehaviours } from './behaviour/all-behaviours.js';

test('the page of the comparison lists every case, in order, and no other', () => {
  const page = readFileSync(new URL('../../docs/api-comparison.md', import.meta.url), 'utf8');
  const groups = Object.keys(allBehaviours).join('|');
  const listed = [...page.matchAll(new RegExp(`^\\| (?:${groups}) +\\| (.+?) +\\|`, 'gm'))].map(([, name]) => name);
  expect(listed).toEqual(Object.values(allBehaviours).flatMap((cases) => cases.map(({ name }) => name)));
});
