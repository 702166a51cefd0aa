export type { TimelineEvent, TimelineLane } from '../journal/scene-record.js';
