import { describeAgent } from './describe-agent.js';
import { typescriptAgent } from './example-agents.js';

describeAgent(typescriptAgent);
