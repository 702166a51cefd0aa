/** Where in an input file something stands; lines and columns count from 1. */
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What is wrong with an input file, where, and what to do. */
export interface InputProblem {
  /** `error`: the file cannot be used. `note`: it can, and this part has no effect or a default stands in. */
  readonly severity: 'error' | 'note';
  readonly position: SourcePosition;
  readonly found: string;
  readonly expected: string;
  readonly hint: string;
}

/** `site.yaml:3:7: found ..., expected .... What to do.` */
export function inputProblemText(problem: InputProblem): string {
  const { file, line, column } = problem.position;
  const hint = problem.hint === '' ? '' : ` ${problem.hint}`;
  return `${file}:${line}:${column}: found ${problem.found}, expected ${problem.expected}.${hint}`;
}

export function hasErrors(problems: readonly InputProblem[]): boolean {
  return problems.some(({ severity }) => severity === 'error');
}
