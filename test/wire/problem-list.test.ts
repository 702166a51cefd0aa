import { describe, expect, it } from 'vitest';
import { createProblemList, maxProblems } from '../../src/wire/problem-list.js';

const problem = { kind: 'unknown-field', offset: 0, field: 9, message: 'no field 9' } as const;

describe('createProblemList', () => {
  it('begins anew after it was taken', () => {
    const list = createProblemList();
    expect(list.take()).toEqual([]);
    list.add(problem);
    expect(list.take()).toEqual([problem]);
    expect(list.take()).toEqual([]);
  });

  it('keeps a bounded number, and counts the others', () => {
    const list = createProblemList();
    for (let count = 0; count < maxProblems + 3; count++) list.add(problem);
    const taken = list.take();
    expect(taken).toHaveLength(maxProblems);
    expect(taken.at(-2)).toEqual(problem);
    expect(taken.at(-1)?.message).toBe('no field 9 (and 3 more)');
  });
});
