export {
  contentAt,
  createEntryWalk,
  type EntryCursor,
  type EntryWalk,
  type PassOver,
  type RawEntry,
  splitEntries,
} from './raw-entry.js';
export { type SyncRequestFields, type SyncRequestScan, scanSyncRequest } from './sync-request.js';
