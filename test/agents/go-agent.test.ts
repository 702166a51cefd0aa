import { describeAgent } from './describe-agent.js';
import { goAgent } from './example-agents.js';
import { kubeFeed } from './feed.js';

describeAgent(goAgent, kubeFeed);
