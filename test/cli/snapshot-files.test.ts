import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { arbitraryCluster } from '../../fixtures/cluster/arbitraries.js';
import {
  makeCluster,
  toKubectlList,
  toKubectlLists,
  toKubectlVersion,
  typedObjects,
} from '../../fixtures/cluster/index.js';
import { ExitCode } from '../../src/cli/exit-code.js';
import { SnapshotFileError } from '../../src/cli/snapshot-file-error.js';
import { readSnapshotFiles, readSnapshotText } from '../../src/cli/snapshot-files.js';
import { type Compat, compats } from '../../src/kube/compat.js';

const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', uid: 'u' } };
const list = (...items: unknown[]): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 2);

function read(text: string, compat: Compat = 'v7') {
  return readSnapshotText('f.json', text, compat);
}

function fault(text: string): SnapshotFileError {
  try {
    read(text);
  } catch (thrown) {
    if (thrown instanceof SnapshotFileError) return thrown;
    throw thrown;
  }
  throw new Error('was read without an error');
}

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-snapshot-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

describe('forms that are read', () => {
  test.each([
    ['a List as JSON', list(pod)],
    ['a List as YAML', stringify(JSON.parse(list(pod)))],
    ['a single object', JSON.stringify(pod)],
    [
      'a PodList whose items do not say what they are',
      JSON.stringify({ apiVersion: 'v1', kind: 'PodList', items: [{ metadata: pod.metadata }] }),
    ],
    ['several YAML documents, one of them empty', `---\n${stringify(pod)}---\n# nothing\n---\n`],
    ['several JSON texts one behind the other', `${list()}\n${list(pod)}\n`],
    [
      'JSON texts whose strings hold braces',
      `${list({ ...pod, kind: 'Job', apiVersion: 'batch/v1', note: '}{"\\' })}${list(pod)}`,
    ],
    ['objects by type string', JSON.stringify({ '*v1.Pod': [pod] })],
    ['text with a byte order mark', `\uFEFF${list(pod)}`],
  ])('%s', (_, text) => {
    expect(read(text).entries).toEqual([{ type: '*v1.Pod', object: pod }]);
  });

  test('kubectl version gives the version of the server', () => {
    const version = toKubectlVersion(makeCluster({ seed: 1, pods: 0 }));
    const server = { ...version.serverVersion, gitVersion: 'v1.28.0' };
    const text = JSON.stringify({ ...version, serverVersion: server });
    expect(read(text).entries).toEqual([{ type: '*version.Info', object: server }]);
  });

  test('a bare version, as the API answers at /version', () => {
    expect(read('{"gitVersion": "v1.29.4"}').entries).toEqual([
      { type: '*version.Info', object: { gitVersion: 'v1.29.4' } },
    ]);
  });

  test('an empty List is no error: there is nothing of that kind', () => {
    expect(read(list())).toEqual({ entries: [], ignored: [], holds: ['kubernetes-objects'] });
    expect(read('{"apiVersion":"v1","kind":"PodList","items":null}').entries).toEqual([]);
  });

  test('UTF-16, as PowerShell writes it', async () => {
    const file = await write('utf16.json', Buffer.from(`\uFEFF${list(pod)}`, 'utf16le'));
    expect((await readSnapshotFiles([file], { compat: 'v7' })).entries).toHaveLength(1);
  });

  test('YAML values keep the types that JSON gives them', () => {
    const text =
      'apiVersion: v1\nkind: Pod\nmetadata: {creationTimestamp: 2019-06-18T22:22:28Z, uid: 8e58-11e9}\nspec: {a: yes, b: n, c: 0644, d: "0644", e: 12:30:45, f: ~, g: 1_000}\n';
    expect(read(text).entries[0]?.object).toMatchObject({
      metadata: { creationTimestamp: '2019-06-18T22:22:28Z', uid: '8e58-11e9' },
      spec: { a: 'yes', b: 'n', c: 644, d: '0644', e: '12:30:45', f: null, g: '1_000' },
    });
  });

  test.each(compats)('what was made for %s comes back under the same type strings', (compat) => {
    const cluster = makeCluster({ seed: 4, pods: 150, compat });
    const lists = [...toKubectlLists(cluster).values(), toKubectlVersion(cluster)];
    const entries = lists.flatMap((one) => read(JSON.stringify(one), compat).entries);
    const key = (one: unknown): string => JSON.stringify(one);
    expect(entries.map(key).sort()).toEqual([...typedObjects(cluster)].map(key).sort());
  });

  test('YAML and JSON of any cluster mean the same', () => {
    fc.assert(
      fc.property(arbitraryCluster({ maxPods: 6 }), (cluster) => {
        const whole = toKubectlList(cluster);
        expect(read(stringify(whole)).entries).toEqual(read(JSON.stringify(whole)).entries);
      }),
      { numRuns: 8 },
    );
  });

  test('the shop is what its comment says, and lacks nothing', async () => {
    const files = ['shop.yaml', 'shop-version.json'].map((name) => join('fixtures/clusters', name));
    const { entries, ignored } = await readSnapshotFiles(files, { compat: 'v7' });
    const count = (type: string): number => entries.filter((entry) => entry.type === type).length;
    expect(ignored).toEqual([]);
    expect(['*v1.Node', '*v1.Namespace', '*v1.Pod', '*v1.Service', '*v1.Ingress', '*version.Info'].map(count)).toEqual([
      2, 2, 11, 5, 1, 1,
    ]);
    const uids = entries.flatMap(({ object }) =>
      'metadata' in object ? [(object.metadata as { uid: string }).uid] : [],
    );
    expect(new Set(uids).size).toBe(uids.length);
  });
});

describe('type strings', () => {
  const typeOf = (apiVersion: string, kind: string, compat: Compat): string | undefined =>
    read(JSON.stringify({ apiVersion, kind }), compat).entries[0]?.type;

  test.each([
    ['networking.k8s.io/v1', 'Ingress', '*v1.Ingress', '*v1beta1.Ingress'],
    ['networking.k8s.io/v1beta1', 'Ingress', '*v1.Ingress', '*v1beta1.Ingress'],
    ['extensions/v1beta1', 'Ingress', '*v1.Ingress', '*v1beta1.Ingress'],
    ['route.openshift.io/v1', 'Route', '*v1.Ingress', '*v1beta1.Ingress'],
    ['apps.kruise.io/v1beta1', 'StatefulSet', '*v1.StatefulSet', '*v1.StatefulSet'],
    ['apps.kruise.io/v1alpha1', 'CloneSet', '*v1.CloneSet', '*v1.CloneSet'],
    ['apps/v1beta2', 'Deployment', '*v1.Deployment', '*v1.Deployment'],
  ])('%s %s', (apiVersion, kind, servers, doc) => {
    expect([typeOf(apiVersion, kind, 'v6.5'), typeOf(apiVersion, kind, 'v7'), typeOf(apiVersion, kind, 'doc')]).toEqual(
      [servers, servers, doc],
    );
  });

  test('kinds that DeepFlow has no type for are counted, not dropped in silence', async () => {
    const job = { apiVersion: 'batch/v1', kind: 'Job' };
    const file = await write(
      'odd.json',
      list(job, pod, job, { apiVersion: 'apps.kruise.io/v1alpha1', kind: 'DaemonSet' }),
    );
    const result = await readSnapshotFiles([file, file], { compat: 'v7' });
    expect(result.entries).toHaveLength(2);
    expect(result.ignored).toEqual([
      { kind: 'Job', apiVersion: 'batch/v1', count: 4 },
      { kind: 'DaemonSet', apiVersion: 'apps.kruise.io/v1alpha1', count: 2 },
    ]);
    expect(result.sources).toEqual([
      { file, holds: ['kubernetes-objects'], entries: 1 },
      { file, holds: ['kubernetes-objects'], entries: 1 },
    ]);
  });

  test.each(['constructor', '__proto__', 'toString'])('a kind or group called %s is just unknown', (name) => {
    expect(read(`{"apiVersion":"${name}/v1","kind":"Pod"}`).entries).toEqual([]);
    expect(read(`{"apiVersion":"v1","kind":"${name}"}`).ignored).toHaveLength(1);
  });
});

describe('what cannot be read is told with its place', () => {
  test.each([
    ['a JSON text cut off', list(pod).slice(0, -20), 10, 'JSON or YAML'],
    ['YAML with broken indentation', 'apiVersion: v1\nkind: Pod\n\tmetadata: x\n', 3, 'JSON or YAML'],
    ['a YAML key given twice', 'apiVersion: v1\nkind: Pod\nkind: Node\n', 3, 'JSON or YAML'],
    ['an item that is no object', list(pod, 7), 13, 'a Kubernetes object'],
    [
      'an item without kind',
      '{"apiVersion":"v1","kind":"List","items":[\n{"apiVersion":"v1"}]}',
      2,
      'a Kubernetes object with apiVersion and kind',
    ],
    ['items that are no array', '{"apiVersion":"v1","kind":"List",\n"items":{}}', 2, 'the array of items of a List'],
    ['a type without an array', '{"*v1.Node": [],\n "*v1.Pod": {}}', 2, 'an array of objects for "*v1.Pod"'],
    ['a type among other keys', '{"*v1.Node": [],\n "note": 1}', 2, 'only type strings such as "*v1.Pod"'],
    [
      'a version without gitVersion',
      '{"serverVersion":\n{"major":"1","gitVersion":7}}',
      2,
      'a gitVersion such as "v1.29.4"',
    ],
  ])('%s', (_, text, line, expected) => {
    const error = fault(text);
    expect(error.fault).toMatchObject({ file: 'f.json', line, expected });
    expect(error.message).toContain(`f.json:${line}:`);
    expect(error.exitCode).toBe(ExitCode.BadInput);
    expect(error.hint).not.toBe('');
  });

  test.each([
    ['an empty file', '', 'an empty file'],
    ['only comments', '# nothing\n', 'an empty file'],
    ['prose', 'error: the server does not have a resource', 'an object with error'],
    ['a word', 'Unauthorized', 'the text "Unauthorized"'],
    ['an array', '[]', 'an array of 0'],
    ['something else in JSON', '{"a":1}', 'an object with a'],
    ['an answer of the API', '{"apiVersion":"v1","kind":"Status","message":"pods is forbidden"}', 'pods is forbidden'],
  ])('%s', (_, text, found) => {
    expect(fault(text).fault.found).toContain(found);
  });

  test('only the client’s version: tells what to do', () => {
    const error = fault('{"clientVersion": {"gitVersion": "v1.32.0"}}');
    expect(error.message).toBe(
      'f.json:1:1: found only the clientVersion of kubectl, expected the serverVersion of the cluster too.',
    );
    expect(error.hint).toContain('kubectl get --raw /version');
  });

  test('a YAML bomb and endless nesting end as errors', () => {
    const bomb = [
      'a0: &a0 [x,x]',
      ...Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i},*a${i}]`),
    ].join('\n');
    expect(fault(bomb).fault.expected).toBe('JSON or YAML');
    expect(fault('['.repeat(100_000)).fault.found).toBe('a syntax error (values are nested too deeply to be read)');
  });

  test('any text is either read or refused with a SnapshotFileError', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((text) => `{"kind":"List","apiVersion":"v1","items":${text}}`),
    );
    fc.assert(
      fc.property(anything, (text) => {
        try {
          read(text);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(SnapshotFileError);
        }
      }),
    );
  });

  test('a missing file, a directory, gzip', async () => {
    const zipped = await write('a.gz', new Uint8Array([0x1f, 0x8b, 8]));
    const all = (file: string) => readSnapshotFiles([file], { compat: 'v7' });
    await expect(all(join(folder, 'none.json'))).rejects.toThrow('none.json: found no such file');
    await expect(all(folder)).rejects.toThrow('found a directory that is no journal, expected a file');
    await expect(all(zipped)).rejects.toThrow('found gzip data, expected text');
  });
});

test('a large text is read, and its faults are told without a place', () => {
  const padding = 'x'.repeat(33 * 1024 * 1024);
  expect(read(list({ ...pod, padding })).entries).toHaveLength(1);
  expect(fault(list({ padding }, 7)).fault).toMatchObject({ line: null, column: null });
  expect(fault(list({ ...pod, padding }).slice(0, -3)).fault.found).toContain('broken JSON');
});
