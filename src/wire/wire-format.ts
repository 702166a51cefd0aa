export { type RawEntry, splitEntries } from './raw-entry.js';
export { type SyncRequestFields, type SyncRequestScan, scanSyncRequest } from './sync-request.js';
