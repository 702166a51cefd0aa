import { type InputProblem, inputProblemText } from '../../replay/input-problem.js';
import { ExitCode } from '../exit-code.js';
import { PlumblineError } from '../plumbline-error.js';

const shownProblems = 20;

/** All that is wrong with an input file, a line each. */
export function inputError(problems: readonly InputProblem[]): PlumblineError {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const lines = errors.slice(0, shownProblems).map(inputProblemText);
  if (errors.length > shownProblems) lines.push(`and ${errors.length - shownProblems} more`);
  return new PlumblineError(lines.join('\n'), { exitCode: ExitCode.BadInput });
}

/** For a file that is there and cannot be read as what it should be. */
export function fileProblem(file: string, found: string, expected: string, hint: string): PlumblineError {
  const position = { file, line: 1, column: 1 };
  return inputError([{ severity: 'error', position, found, expected, hint }]);
}
