import { describeListWatch } from './describe-list-watch.js';
import { pythonAgent } from './example-agents.js';

describeListWatch(pythonAgent, { pages: true });
