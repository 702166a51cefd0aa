/** What is wrong with a document of agent group configuration, and where. */
export interface ConfigurationFinding {
  /** `error`: the server does not take the document. `warning`: it is stored, and this part does not do what it says. */
  readonly severity: 'error' | 'warning';
  readonly kind: FindingKind;
  /** The whole key, such as `inputs.cbpf.common.capture_mode` or `decap_type[2]`; "" where it is the document. */
  readonly key: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly found: string;
  readonly expected: string;
  readonly hint: string;
}

export type FindingKind =
  | 'too-large'
  | 'yaml'
  | 'duplicate-key'
  | 'not-a-mapping'
  | 'unknown-key'
  /** A key of the other generation: stored, and without effect. */
  | 'other-generation'
  /** Several names in one, `a.b: 1`. */
  | 'dotted-key'
  | 'wrong-value'
  | 'regex'
  /** A list that takes the place of the default one, and lacks something of it. */
  | 'drops-defaults'
  | 'no-effect'
  /** There is more to find. */
  | 'more';

/** `line 3, column 1: found ..., expected .... Hint.` */
export function findingText({ line, column, found, expected, hint }: ConfigurationFinding): string {
  return `line ${line}, column ${column}: found ${found}, expected ${expected}. ${hint}`;
}
