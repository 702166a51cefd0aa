/** The exit codes of every command. Scripts are written against them; they never change their meaning. */
export const ExitCode = {
  /** All that was judged is good. */
  Good: 0,
  /** A rule failed, or coverage is not what was expected. */
  Findings: 1,
  /** Bad usage, or a bad input file. */
  BadInput: 2,
  /** Plumbline itself failed. */
  HarnessFault: 3,
  /** Nothing was judged: no request came, no rule applied, no packet was read, or the run was broken off before it had shown all. Never green. */
  NothingJudged: 4,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

export const exitCodeHelp = `
Exit codes:
  0  all judged and good
  1  findings: a rule failed, or coverage is not what was expected
  2  bad usage or a bad input file
  3  Plumbline itself failed
  4  nothing was judged, or the run was broken off (Ctrl-C, SIGTERM) and had found nothing until then
`;
