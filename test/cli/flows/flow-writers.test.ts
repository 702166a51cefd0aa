import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFlowWriter } from '../../../src/cli/flows/open-flow-writer.js';
import { rowsPerGroup } from '../../../src/cli/flows/parquet.js';
import { type FlowRow, flowColumnKinds, flowColumns } from '../../../src/replay/flow-columns.js';
import { rowOf, rowsOf } from './rows.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'flows-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function written(name: string, ...batches: readonly (readonly FlowRow[])[]): Promise<string> {
  const path = join(directory, name);
  const writer = await openFlowWriter(path);
  for (const batch of batches) await writer.write(batch);
  await writer.close();
  return path;
}

/** Fields of a text that keeps to RFC 4180, by a reader that knows nothing of the writer. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let match = field.exec(text); match !== null; match = field.exec(text)) {
    rows.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '\r\n') rows.push([]);
    if (field.lastIndex === text.length) break;
  }
  return rows.filter((row) => row.length > 0);
}

const awkward = rowOf(1, { node: 'a,b', nic: 'say "eth0"', pod_0: 'two\r\nlines', pod_1: 'é 日本' });

describe('flows as JSON lines', () => {
  it('hold a row a line, 64-bit numbers as text', async () => {
    const text = await readFile(await written('a.jsonl', [rowOf(0)], [awkward]), 'utf8');
    const lines = text.split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[2]).toBe('');
    const [first, second] = lines.slice(0, 2).map((line) => JSON.parse(line));
    expect(Object.keys(first)).toEqual([...flowColumns]);
    expect(first).toMatchObject({ flow_id: '9223372036854775808', tap_port: '18446744073709551615', l2_end_0: true });
    expect(first.start_time).toBe(1_795_288_096_187_771);
    expect(second).toMatchObject({ node: 'a,b', nic: 'say "eth0"', pod_0: 'two\r\nlines', pod_1: 'é 日本' });
  });

  it('are whole where they are more than one chunk', async () => {
    const rows = rowsOf(2000);
    const text = await readFile(await written('big.jsonl', rows.slice(0, 1500), rows.slice(1500)), 'utf8');
    const ids = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).flow_id);
    expect(ids).toEqual(rows.map((row) => row.flow_id.toString()));
  });
});

describe('flows as CSV', () => {
  it('keep to RFC 4180', async () => {
    const text = await readFile(await written('a.csv', [rowOf(0), awkward]), 'utf8');
    const [head, first, second, ...more] = parseCsv(text);
    expect(more).toEqual([]);
    expect(head).toEqual([...flowColumns]);
    const at = (row: string[] | undefined, column: string) => row?.[flowColumns.indexOf(column as never)];
    expect(at(first, 'flow_id')).toBe('9223372036854775808');
    expect(at(first, 'l2_end_0')).toBe('true');
    expect(at(second, 'node')).toBe('a,b');
    expect(at(second, 'nic')).toBe('say "eth0"');
    expect(at(second, 'pod_0')).toBe('two\r\nlines');
    expect(text.endsWith('\r\n')).toBe(true);
  });

  it('have a head although there is no row', async () => {
    expect(await readFile(await written('none.csv'), 'utf8')).toBe(`${flowColumns.join(',')}\r\n`);
  });
});

describe('flows as Parquet', () => {
  it('come back as they were, over several row groups', async () => {
    const rows = rowsOf(rowsPerGroup + 100);
    const path = await written('a.parquet', rows.slice(0, 5000), rows.slice(5000), [awkward]);
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    expect(metadata.row_groups.map((group) => group.num_rows)).toEqual([BigInt(rowsPerGroup), 101n]);
    const read = await parquetReadObjects({ file });
    expect(read).toHaveLength(rows.length + 1);
    const expected = (row: FlowRow) =>
      Object.fromEntries(
        flowColumns.map((name) => [name, flowColumnKinds[name] === 'long' ? BigInt(row[name]) : row[name]]),
      );
    for (const i of [0, 1, rowsPerGroup - 1, rowsPerGroup]) expect(read[i]).toEqual(expected(rowOf(i)));
    expect(read.at(-1)).toEqual(expected(awkward));
  });

  it('have their columns although there is no row', async () => {
    const file = await asyncBufferFromFile(await written('none.parquet'));
    const { schema, num_rows } = await parquetMetadataAsync(file);
    expect(num_rows).toBe(0n);
    expect(schema.slice(1).map(({ name }) => name)).toEqual([...flowColumns]);
    expect(schema.find(({ name }) => name === 'flow_id')).toMatchObject({ type: 'INT64', converted_type: 'UINT_64' });
  });
});

describe('a file of flows that cannot be', () => {
  it.each(['flows.txt', 'flows', 'flows.parquet.gz'])('%s is refused by its ending, and not made', async (name) => {
    const path = join(directory, name);
    await expect(openFlowWriter(path)).rejects.toMatchObject({
      name: 'PlumblineError',
      exitCode: 2,
      message: expect.stringContaining('.jsonl, .csv, .parquet'),
    });
    await expect(readFile(path)).rejects.toThrow('ENOENT');
  });

  it('is named where its directory is missing', async () => {
    await expect(openFlowWriter(join(directory, 'missing', 'a.csv'))).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/--flows .*a\.csv cannot be written: ENOENT/),
    });
  });

  it.each(['.jsonl', '.csv', '.parquet'])('is named where the disk is full (%s), and is closed', async (ending) => {
    const path = join(directory, `full${ending}`);
    await symlink('/dev/full', path);
    const writer = await openFlowWriter(path);
    const full = { exitCode: 2, message: expect.stringContaining('ENOSPC') };
    const writing = (async () => {
      await writer.write(rowsOf(10));
      await writer.close();
    })();
    await expect(writing).rejects.toMatchObject(full);
  });

  it('replaces what was there', async () => {
    const path = join(directory, 'old.csv');
    await writeFile(path, 'x'.repeat(100_000));
    await written('old.csv');
    expect(await readFile(path, 'utf8')).toBe(`${flowColumns.join(',')}\r\n`);
  });
});
