import { main } from './data/main.js';

await main();
