import type { WatchEventType } from './watch/watch-line.js';

/** An event of a watch that was sent. */
export interface SentWatchEvent {
  /** Unix time, ms. */
  readonly time: number;
  /** `seq` of the watch's KubeRequest. */
  readonly seq: number;
  readonly type: WatchEventType;
  /** Plural of what is watched. */
  readonly resource: string;
  readonly kind: string;
  /** "" of what has none, and of bookmarks and errors, as are name and uid. */
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** "" of errors. */
  readonly resourceVersion: string;
}
