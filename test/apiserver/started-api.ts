import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type ApiServerOptions, type RunningApiServer, startApiServer } from '../../src/apiserver/api-server.js';
import { type ApiClient, createApiClient } from './api-client.js';

export interface StartedApi {
  readonly server: RunningApiServer;
  readonly api: ApiClient;
  stop(): Promise<void>;
}

/** With uids that count; the caller stops it. */
export async function startApi(options: Partial<ApiServerOptions> = {}): Promise<StartedApi> {
  const directory = await mkdtemp(join(tmpdir(), 'plumbline-api-'));
  let uids = 0;
  const server = await startApiServer({
    clock: { now: () => Date.now() },
    ids: () => {
      uids += 1;
      return `00000000-0000-4000-8000-${String(uids).padStart(12, '0')}`;
    },
    directory,
    ...options,
  });
  return {
    server,
    api: createApiClient({ url: server.url, token: server.token(), ca: server.ca }),
    stop: async () => {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** As `startApi`, stopped when the test is over. */
export async function apiOfTest(options: Partial<ApiServerOptions> = {}): Promise<StartedApi> {
  const started = await startApi(options);
  onTestFinished(() => started.stop());
  return started;
}
