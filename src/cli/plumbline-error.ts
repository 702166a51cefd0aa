import { ExitCode } from './exit-code.js';

/**
 * An error that ends a command, with the exit code that tells whose fault it is. `message` says what happened and where;
 * `hint` what to do.
 */
export class PlumblineError extends Error {
  override readonly name = 'PlumblineError';
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;

  constructor(message: string, options: { exitCode: ExitCode; hint?: string | undefined; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.exitCode = options.exitCode;
    this.hint = options.hint;
  }

  /** The user gave something that cannot be used. */
  static badInput(message: string, hint?: string, cause?: unknown): PlumblineError {
    return new PlumblineError(message, { exitCode: ExitCode.BadInput, hint, cause });
  }

  /** Plumbline could not do its own part; never the agent's fault. */
  static harnessFault(message: string, hint?: string, cause?: unknown): PlumblineError {
    return new PlumblineError(message, { exitCode: ExitCode.HarnessFault, hint, cause });
  }

  /** Whatever was thrown, as one of ours: what is not known is a fault of the harness. */
  static from(thrown: unknown): PlumblineError {
    if (thrown instanceof PlumblineError) return thrown;
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    return PlumblineError.harnessFault(error.message, 'This is a fault of Plumbline itself; please report it.', error);
  }
}
