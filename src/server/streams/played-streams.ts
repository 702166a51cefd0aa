import { findMethod } from '../../wire/protos.js';
import type { ServerSettings } from '../model/server-state.js';

/** The streams that this server plays. */
export const playedStreams = ['Push', 'Upgrade', 'Plugin', 'RemoteExecute'] as const;

export type PlayedStream = (typeof playedStreams)[number];

/** The stream that a path names, where a server with these settings plays it; else null. */
export function playedStream(path: string, settings: ServerSettings, ownPackage: string): PlayedStream | null {
  const method = findMethod(path);
  if (method === null || !method.service.endsWith('.Synchronizer')) return null;
  if (settings.strictPackages && method.package !== ownPackage) return null;
  return playedStreams.find((name) => name === method.name) ?? null;
}
