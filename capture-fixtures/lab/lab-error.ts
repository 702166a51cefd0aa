/** The lab could not do what it was asked: a tool is missing, or a command failed. Says which, and what to do. */
export class LabError extends Error {
  override readonly name = 'LabError';
}
