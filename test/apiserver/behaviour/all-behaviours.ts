import { answers } from './answers.js';
import type { Behaviour } from './behaviour.js';
import { lists } from './lists.js';
import { watches } from './watches.js';
import { writes } from './writes.js';

/** By what they are of. */
export const allBehaviours: Readonly<Record<string, readonly Behaviour[]>> = { answers, lists, watches, writes };
