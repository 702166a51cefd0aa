/**
 * A workflow command of GitHub Actions, one line. In the message `%` and line ends are escaped, in properties `:` and `,`
 * too; that is all that the runner takes back.
 */
export function githubCommand(
  command: 'error' | 'warning' | 'notice',
  properties: Readonly<Record<string, string>>,
  message: string,
): string {
  const list = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(value)}`);
  return `::${command}${list.length === 0 ? '' : ` ${list.join(',')}`}::${escapeMessage(message)}`;
}

function escapeMessage(text: string): string {
  return text.toWellFormed().replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
