import { main } from './replay/main.js';

await main();
