import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../../src/server/clock.js';
import { type DataFolder, type DataFolderOptions, openDataFolder } from '../../../src/server/data/data-folder.js';
import type { CallOutcome } from '../../../src/server/model/call-outcome.js';
import { createRestartableModel, type RestartableModel } from '../../../src/server/model/restartable-model.js';
import type { ChangeResult, ServerChange } from '../../../src/server/model/server-change.js';
import type { ServerSettings } from '../../../src/server/model/server-state.js';
import { encodeSyncRequest, type SyncRequestInput } from '../../../src/wire/call-messages.js';
import type { MessageInput, MessageName } from '../../../src/wire/message-types.js';
import { messageType } from '../../../src/wire/protos.js';
import { temporaryDirectory } from '../../journal/temporary-directory.js';
import { local } from '../support/model-client.js';

/** A model that a folder keeps, called as the server calls it. */
export interface KeptModel {
  readonly model: RestartableModel;
  readonly folder: DataFolder;
  readonly problems: readonly string[];
  /** Unix time, ms, of the next call. */
  time: number;
  /** Resolves when the answer may be sent. @throws DataError */
  call(path: string, request: Uint8Array): Promise<CallOutcome>;
  /** Of package agent. */
  rpc<I extends MessageName>(method: string, input: I, request: MessageInput<I>): Promise<CallOutcome>;
  upload(request: SyncRequestInput): Promise<CallOutcome>;
  /** @throws DataError */
  change(change: ServerChange): Promise<ChangeResult>;
  close(): Promise<void>;
}

export const clock: Clock = { now: () => 1_700_000_000_000 };

export interface KeptOptions extends Partial<Pick<DataFolderOptions, 'open' | 'fileBytes' | 'retryMs' | 'compat'>> {
  readonly settings?: Partial<ServerSettings>;
}

/** Ends with the running test. */
export async function openKept(directory: string, options: KeptOptions = {}): Promise<KeptModel> {
  const { settings, ...rest } = options;
  const problems: string[] = [];
  const onProblem = (message: string, cause: unknown) => {
    problems.push(cause instanceof Error ? `${message}: ${cause.message}` : message);
  };
  const folder = await openDataFolder({ directory, compat: 'v7', clock, onProblem, ...rest });
  onTestFinished(() => folder.close());
  const plain: ServerSettings = { compat: 'v7', clusters: [], strictPackages: false, ...settings };
  const model = createRestartableModel(plain, folder.found?.saved, folder);
  await folder.begin(model);
  let seq = folder.found?.lastSeq ?? 0;
  const kept: KeptModel = {
    ...{ model, folder, problems },
    time: clock.now(),
    call: async (path, request) => {
      seq += 1;
      const call = { seq, path: `/${path}`, request };
      const preparing = folder.prepare(call);
      const upload = preparing === null ? null : await preparing;
      const outcome = model.apply({ ...call, time: kept.time, outcome: 'unary', local });
      upload?.release();
      await folder.settled();
      return outcome;
    },
    rpc: (method, input, request) => kept.call(`agent.Synchronizer/${method}`, messageType(input).encode(request)),
    upload: (request) => kept.call('agent.Synchronizer/KubernetesAPISync', encodeSyncRequest(request)),
    change: async (change) => {
      await folder.ready();
      const result = model.change(change, kept.time);
      await folder.settled();
      return result;
    },
    close: () => folder.close(),
  };
  return kept;
}

/** The folder as it stands at this moment, which is what a kill would leave; without the lock of this process. */
export function copyOf(directory: string): string {
  const copy = temporaryDirectory();
  cpSync(directory, copy, { recursive: true });
  rmSync(join(copy, 'data.lock'), { force: true });
  return copy;
}
