import { ExitCode } from './exit-code.js';
import { PlumblineError } from './plumbline-error.js';

export interface SnapshotFault {
  readonly file: string;
  /** From 1; null where the fault has no place in the text. */
  readonly line: number | null;
  /** From 1. */
  readonly column: number | null;
  readonly found: string;
  readonly expected: string;
  /** What to do about it. */
  readonly advice: string;
}

/** A snapshot file that cannot be used: where, what was found there, what was expected. */
export class SnapshotFileError extends PlumblineError {
  readonly fault: SnapshotFault;

  constructor(fault: SnapshotFault, cause?: unknown) {
    const place = fault.line === null ? fault.file : `${fault.file}:${fault.line}:${fault.column ?? 1}`;
    super(`${place}: found ${fault.found}, expected ${fault.expected}.`, {
      exitCode: ExitCode.BadInput,
      hint: fault.advice,
      cause,
    });
    this.fault = fault;
  }
}
