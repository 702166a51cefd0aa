import { main } from './flow-core/main.js';

await main();
