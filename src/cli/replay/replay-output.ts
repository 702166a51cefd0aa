import { writeFile } from 'node:fs/promises';
import type { ReplayResult } from '../../report/replay-result.js';
import { causeText } from '../cause-text.js';
import { oneOf } from '../options.js';
import { PlumblineError } from '../plumbline-error.js';
import type { Terminal } from '../terminal.js';

export interface ReplayOutput {
  readonly format: 'table' | 'json';
  readonly reports: readonly { readonly format: 'json' | 'junit' | 'html'; readonly path: string }[];
}

/** @throws PlumblineError (bad input) for a format that is not known, before anything is read */
export function replayOutput(options: { format: string; report: readonly string[] }): ReplayOutput {
  return {
    format: oneOf('--format', options.format, ['table', 'json']),
    reports: options.report.map((text) => {
      const equals = text.indexOf('=');
      if (equals <= 0 || equals === text.length - 1) {
        throw PlumblineError.badInput(`--report is '${text}'; expected FORMAT=PATH, as in json=replay.json.`);
      }
      return {
        format: oneOf('--report', text.slice(0, equals), ['json', 'junit', 'html']),
        path: text.slice(equals + 1),
      };
    }),
  };
}

/** Conversations, notes and captures of one list that the table writes out. */
const shownInTable = 20;

/** @throws PlumblineError (bad input) where a report cannot be written */
export async function giveReplay(
  terminal: Terminal,
  result: ReplayResult,
  { format, reports }: ReplayOutput,
  explains: boolean,
): Promise<void> {
  if (format === 'json') {
    const { replayJsonParts } = await import('../../report/replay-json.js');
    for (const part of inLargerParts(replayJsonParts(result.report))) await terminal.outDrained(part);
  } else {
    const { replayText } = await import('../../report/replay-text.js');
    terminal.out(replayText(result, terminal.style, shownInTable));
    if (explains) {
      const { replayExplanations } = await import('../../report/replay-explain.js');
      terminal.out(replayExplanations(result.report, terminal.style, shownInTable));
    }
  }
  for (const { format: reportFormat, path } of reports) {
    const parts = await reportParts(result, reportFormat);
    try {
      // An iterable is written part by part.
      await writeFile(path, parts);
    } catch (cause) {
      const message = `--report ${reportFormat}=${path} cannot be written: ${causeText(cause)}.`;
      throw PlumblineError.badInput(message, undefined, cause);
    }
  }
}

async function reportParts(result: ReplayResult, format: 'json' | 'junit' | 'html'): Promise<Iterable<string>> {
  switch (format) {
    case 'json':
      return inLargerParts((await import('../../report/replay-json.js')).replayJsonParts(result.report));
    case 'junit':
      return [(await import('../../report/replay-junit.js')).replayJunit(result.report)];
    case 'html':
      return [(await import('../../report/replay-html.js')).replayHtml(result)];
  }
}

const partSize = 1 << 16;

/** Fewer and larger writes. */
function* inLargerParts(parts: Iterable<string>): Generator<string> {
  let held = '';
  for (const part of parts) {
    held += part;
    if (held.length < partSize) continue;
    yield held;
    held = '';
  }
  yield held;
}
