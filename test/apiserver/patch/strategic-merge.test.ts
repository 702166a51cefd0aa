import { describe, expect, test } from 'vitest';
import { strategicMerge } from '../../../src/apiserver/patch/strategic-merge.js';

const containers = [
  { name: 'a', image: 'one', ports: [{ containerPort: 80 }, { containerPort: 81 }] },
  { name: 'b', image: 'one' },
];

describe('a strategic merge patch', () => {
  test.each<[name: string, target: object, patch: object, result: object]>([
    ['sets, nests and removes', { a: 1, b: { c: 1, d: 2 } }, { a: null, b: { c: 3 } }, { b: { c: 3, d: 2 } }],
    [
      'merges containers by name and their ports by number',
      { containers },
      { containers: [{ name: 'a', ports: [{ containerPort: 81, name: 'x' }] }] },
      {
        containers: [
          { ...containers[0], ports: [{ containerPort: 80 }, { containerPort: 81, name: 'x' }] },
          containers[1],
        ],
      },
    ],
    [
      'adds what is new',
      { env: [{ name: 'A', value: '1' }] },
      { env: [{ name: 'B' }] },
      { env: [{ name: 'A', value: '1' }, { name: 'B' }] },
    ],
    [
      'deletes by directive',
      { containers },
      { containers: [{ name: 'a', $patch: 'delete' }] },
      { containers: [containers[1]] },
    ],
    [
      'replaces by directive',
      { containers },
      { containers: [{ $patch: 'replace' }, { name: 'z' }] },
      { containers: [{ name: 'z' }] },
    ],
    ['replaces a map by directive', { a: { b: 1 } }, { a: { $patch: 'replace', c: 2 } }, { a: { c: 2 } }],
    ['replaces lists that have no key', { args: ['a', 'b'] }, { args: ['c'] }, { args: ['c'] }],
    [
      'orders lists',
      { containers },
      { $setElementOrder: 1, '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }], containers: [] },
      { containers: [containers[1], containers[0]] },
    ],
    [
      'adds to and takes from sets',
      { finalizers: ['a', 'b'] },
      { finalizers: ['c'], '$deleteFromPrimitiveList/finalizers': ['a'] },
      { finalizers: ['b', 'c'] },
    ],
    ['keeps only what it says', { a: 1, b: 2 }, { $retainKeys: ['b'], b: 3 }, { b: 3 }],
    [
      'merges owners by uid',
      { ownerReferences: [{ uid: '1', name: 'x' }] },
      { ownerReferences: [{ uid: '1', name: 'y' }] },
      { ownerReferences: [{ uid: '1', name: 'y' }] },
    ],
    [
      'merges ports of Services by port',
      { ports: [{ port: 1 }] },
      { ports: [{ port: 1, name: 'x' }] },
      { ports: [{ port: 1, name: 'x' }] },
    ],
  ])('%s', (_name, target, patch, result) => {
    const before = structuredClone(target);
    expect(strategicMerge({ ...target }, { ...patch })).toEqual(result);
    expect(target).toEqual(before);
  });

  test('that asks for what there is not is refused', () => {
    expect(() => strategicMerge({}, { $patch: 'explode' })).toThrow('unknown $patch "explode"');
  });
});
