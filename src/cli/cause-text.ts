/** What was thrown, as the end of a sentence. */
export function causeText(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
