export type JournalErrorCode =
  /** The path does not exist, or holds no journal. */
  | 'not-found'
  /** Not a journal file, though it has the name of one. */
  | 'not-a-journal'
  /** Written by a newer Plumbline. */
  | 'newer-format'
  /** Another process writes here. */
  | 'locked'
  /** The operating system refused (disk full, no permission, ...). */
  | 'io'
  /** `append` after `close`. */
  | 'closed';

/** What is wrong with a journal, where, and what to do about it. */
export class JournalError extends Error {
  override readonly name = 'JournalError';

  constructor(
    readonly code: JournalErrorCode,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }
}

/** `ENOSPC` and the like, or the message where the error has no code. */
export function causeText(cause: unknown): string {
  if (cause instanceof Error) {
    const code = (cause as NodeJS.ErrnoException).code;
    return code === undefined || cause.message.includes(code) ? cause.message : `${code}: ${cause.message}`;
  }
  return String(cause);
}
