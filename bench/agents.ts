import { main } from './agents/main.js';

await main();
