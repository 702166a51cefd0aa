import { howItEnded } from '../../conformance/run/agent-crew.js';
import type { AgentExit } from '../../conformance/run/agent-process.js';

/** What is said of an agent that ended by itself, with the end of its output. */
export function agentEndText(command: readonly string[], exit: AgentExit): string {
  const { output, outputDropped } = exit;
  const head = `plumbline: the agent (${command.join(' ')}) ended by itself, ${howItEnded(exit)}; it should run until SIGTERM.`;
  if (output === '') return `${head} It wrote nothing.\n`;
  const cut = outputDropped > 0 ? ` (the end of it; ${outputDropped} bytes before were not kept)` : '';
  return `${head} It wrote${cut}:\n${output.replaceAll(/^/gm, '  | ').trimEnd()}\n`;
}
