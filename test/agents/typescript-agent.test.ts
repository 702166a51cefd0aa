import { describeAgent } from './describe-agent.js';
import { describeFiles } from './describe-files.js';
import { typescriptAgent } from './example-agents.js';
import { fileFeed } from './feed.js';

describeAgent(typescriptAgent, fileFeed, describeFiles);
