import { describeListWatch } from './describe-list-watch.js';
import { goAgent } from './example-agents.js';

describeListWatch(goAgent, { pages: false });
