import type { ReplayReport } from '../replay/replay-report.js';

/**
 * The report for programs; docs/schemas/replay-report.schema.json has its shape. As one text, which a report of very many
 * conversations does not fit in: `replayJsonParts` gives the same bytes piece by piece.
 */
export function replayJson(report: ReplayReport): string {
  return [...replayJsonParts(report)].join('');
}

/** Texts that make the JSON report when they are written one after the other. */
export function* replayJsonParts(report: ReplayReport): Generator<string> {
  let opening = '{';
  for (const [key, value] of Object.entries(report) as [keyof ReplayReport, unknown][]) {
    if (value === undefined) continue;
    yield `${opening}\n  ${JSON.stringify(key)}: `;
    opening = ',';
    if (key === 'conversations') yield* listParts(report.conversations);
    else yield indented(value, '  ');
  }
  yield '\n}\n';
}

function* listParts(items: Iterable<unknown>): Generator<string> {
  let opening = '[';
  for (const item of items) {
    yield `${opening}\n    ${indented(item, '    ')}`;
    opening = ',';
  }
  yield opening === '[' ? '[]' : '\n  ]';
}

/** JSON holds no line feed but those between its parts. */
function indented(value: unknown, indent: string): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`);
}
