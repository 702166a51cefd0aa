import { main } from './flow-core/main.js';

main();
