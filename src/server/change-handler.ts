import type { ChangeRecord } from '../journal/record.js';
import { asDataError, type DataError } from './data/data-error.js';
import type { DataFolder } from './data/data-folder.js';
import { type ChangeResult, refuseChange, type ServerChange } from './model/server-change.js';
import type { ServerModel } from './model/server-model.js';

export interface ChangeHandlerOptions {
  readonly model: Pick<ServerModel, 'change'>;
  /** null: nothing is kept. */
  readonly data: Pick<DataFolder, 'ready' | 'settled'> | null;
  readonly record: (record: ChangeRecord) => Promise<void>;
  /** Unix time, ms. */
  readonly now: () => number;
}

/** Does what a person asked for, has it written down, and answers when it is kept; refuses with SERVER_ERROR where it is not. */
export function createChangeHandler(options: ChangeHandlerOptions): (change: ServerChange) => Promise<ChangeResult> {
  const { model, data, record, now } = options;
  return async (change) => {
    try {
      await data?.ready();
    } catch (error) {
      return refuseUnkept(asDataError(error));
    }
    const time = now();
    const result = model.change(change, time);
    // It may fail while the change is written down: whoever waits for that does not look here yet.
    const kept = data?.settled().then(() => null, asDataError);
    if (result.ok) await record({ kind: 'change', time, change });
    const loss = (await kept) ?? null;
    return loss === null ? result : refuseUnkept(loss);
  };
}

function refuseUnkept({ message }: DataError): ChangeResult {
  return refuseChange('SERVER_ERROR', message);
}
