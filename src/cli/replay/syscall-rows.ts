import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { TagIndex } from '../../platform/tags.js';
import type { Observation } from '../../replay/observation.js';
import { type LineProblem, readSyscallEvents } from '../../replay/syscalls/syscall-event.js';
import { syscallObservations } from '../../replay/syscalls/syscall-observations.js';
import { inputError } from './input-error.js';
import type { InputSyscalls } from './replay-input.js';

const shownProblems = 5;

/**
 * Rows of all files of system-call events. Lines that are none are named and left out.
 *
 * @throws PlumblineError (bad input) for a file without a single event although it has lines
 */
export async function syscallRows(
  inputs: readonly InputSyscalls[],
  root: string,
  tags: TagIndex,
  warn: (text: string) => void,
): Promise<Observation[]> {
  const rows: Observation[] = [];
  for (const { node, files } of inputs) {
    for (const file of files) {
      const { events, problems } = readSyscallEvents(await readFile(resolve(root, file), 'utf8'), node);
      const [first] = problems;
      if (events.length === 0 && first !== undefined) {
        const { line, found, expected } = first;
        const hint = 'Make such a file with plumbline syscalls convert.';
        throw inputError([{ severity: 'error', position: { file, line, column: 1 }, found, expected, hint }]);
      }
      for (const text of lineProblemTexts(file, problems)) warn(`${text}\n`);
      rows.push(...syscallObservations(events, file, tags));
    }
  }
  return rows;
}

/** The first few, and how many more. */
export function lineProblemTexts(file: string, problems: readonly LineProblem[]): string[] {
  const texts = problems
    .slice(0, shownProblems)
    .map(({ line, found, expected }) => `${file}:${line}:1: left out: found ${found}, expected ${expected}.`);
  const more = problems.length - shownProblems;
  return more > 0 ? [...texts, `${file}: ${more} more lines left out.`] : texts;
}
