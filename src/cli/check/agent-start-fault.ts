import { AgentStartError } from '../../conformance/run/agent-process.js';
import { PlumblineError } from '../plumbline-error.js';

/** That COMMAND cannot be started is the user's to change. @throws always */
export function agentStartFault(thrown: unknown): never {
  if (thrown instanceof AgentStartError) throw PlumblineError.badInput(thrown.message, thrown.hint, thrown);
  throw thrown;
}
