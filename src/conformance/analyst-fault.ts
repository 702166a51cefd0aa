/** The analysis of uploads failed in itself: a fault of the harness, never of the agent that is judged. */
export class AnalystFault extends Error {
  override readonly name = 'AnalystFault';

  static from(thrown: unknown, doing: string): AnalystFault {
    if (thrown instanceof AnalystFault) return thrown;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return new AnalystFault(`${doing} failed: ${reason}`, { cause: thrown });
  }
}
