import { describeListWatch } from './describe-list-watch.js';
import { typescriptAgent } from './example-agents.js';

describeListWatch(typescriptAgent, { pages: true });
