/** What the protobuf bytes of a request had that the schema does not. */
export interface WireProblem {
  readonly kind: 'unknown-field' | 'wrong-wire-type' | 'malformed' | 'invalid-utf8';
  /** Byte offset in the message. */
  readonly offset: number;
  readonly field: number;
  /** A sentence for a person. */
  readonly message: string;
}
