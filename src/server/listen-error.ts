/** An address could not be listened on; the message says which, why, and what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError';

  constructor(what: string, address: string, option: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(
      `Cannot listen on ${address} for ${what}: ${reason}. Choose another address with ${option}; port 0 takes a free one.`,
      {
        cause,
      },
    );
  }
}
