export { contentAt, type EntryCursor, type PassOver, type RawEntry, splitEntries, walkEntries } from './raw-entry.js';
export { type SyncRequestFields, type SyncRequestScan, scanSyncRequest } from './sync-request.js';
