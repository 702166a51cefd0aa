import { causeText } from '../../journal/journal-error.js';

export type DataErrorCode =
  /** Another process writes here. */
  | 'locked'
  /** Written by a newer Plumbline. */
  | 'newer-format'
  /** Damaged, or no file of ours; a copy is kept. */
  | 'broken'
  /** The operating system refused (disk full, no permission, ...). */
  | 'io';

/** What is wrong with a data folder, where, and what to do about it. */
export class DataError extends Error {
  override readonly name = 'DataError';

  constructor(
    readonly code: DataErrorCode,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }

  /** @param doing e.g. "write /data/state-00000001.log" */
  static io(doing: string, cause: unknown): DataError {
    return new DataError('io', `Cannot ${doing}: ${causeText(cause)}.`, { cause });
  }
}

/** Of what was thrown where something was to be kept. */
export function asDataError(error: unknown): DataError {
  return error instanceof DataError ? error : DataError.io('keep what was told', error);
}
