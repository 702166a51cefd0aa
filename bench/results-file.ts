import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

/** One measured number and what it has to stay below or above. */
export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly limit?: { readonly kind: 'at most' | 'at least'; readonly value: number };
}

export function kept(row: Row): boolean {
  if (row.limit === undefined) return true;
  return row.limit.kind === 'at most' ? row.value <= row.limit.value : row.value >= row.limit.value;
}

/** Writes `NAME.json` and `NAME.md` into bench/results. @returns the table */
export function writeResults(name: string, title: string, rows: readonly Row[], details: object): string {
  const directory = fileURLToPath(new URL('../../bench/results/', import.meta.url));
  const run = {
    command: `npm run build && node dist/bench/${[`${name}.js`, ...process.argv.slice(2)].join(' ')}`,
    node: process.version,
    cores: availableParallelism(),
  };
  const lines = [
    `# ${title}`,
    '',
    `\`${run.command}\`, Node ${run.node}, ${run.cores} cores`,
    '',
    '| | measured | limit | |',
    '| --- | ---: | ---: | --- |',
    ...rows.map((row) => {
      const limit = row.limit === undefined ? '' : `${row.limit.kind} ${shown(row.limit.value)} ${row.unit}`.trim();
      const mark = row.limit === undefined ? '' : kept(row) ? 'kept' : '**missed**';
      return `| ${row.what} | ${`${shown(row.value)} ${row.unit}`.trim()} | ${limit} | ${mark} |`;
    }),
    '',
  ];
  mkdirSync(directory, { recursive: true });
  writeFileSync(`${directory}${name}.json`, `${JSON.stringify({ ...run, rows, details }, null, 2)}\n`);
  writeFileSync(`${directory}${name}.md`, lines.join('\n'));
  return lines.join('\n');
}

function shown(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
