import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import type { ChangeRecord } from '../../src/journal/record.js';
import { createChangeHandler } from '../../src/server/change-handler.js';
import { DataError } from '../../src/server/data/data-error.js';
import { createServerModel } from '../../src/server/model/server-model.js';

const settings = { compat: 'v7', clusters: [], strictPackages: false } as const;
const full = DataError.io('write state-00000001.log', Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }));

/** A journal that takes its time. */
function slowJournal() {
  const records: ChangeRecord[] = [];
  return {
    records,
    record: async (record: ChangeRecord): Promise<void> => {
      for (let turn = 0; turn < 3; turn++) await nextTurn();
      records.push(record);
    },
  };
}

it('refuses a change that is not kept, also where that turns out before the change is written down', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  onTestFinished(() => void process.off('unhandledRejection', note));
  const { record, records } = slowJournal();
  const change = createChangeHandler({
    model: createServerModel(settings),
    data: { ready: () => null, settled: () => Promise.reject(full) },
    record,
    now: () => 0,
  });
  expect(await change({ kind: 'create-group', name: 'web' })).toEqual({
    ok: false,
    status: 'SERVER_ERROR',
    description: full.message,
  });
  expect(records).toHaveLength(1);
  expect(unhandled).toEqual([]);
});

it('changes nothing while nothing can be kept', async () => {
  const model = createServerModel(settings);
  const { record, records } = slowJournal();
  const data = { ready: () => Promise.reject(full), settled: () => Promise.resolve() };
  const change = createChangeHandler({ model, data, record, now: () => 0 });
  expect(await change({ kind: 'create-group', name: 'web' })).toMatchObject({ ok: false, status: 'SERVER_ERROR' });
  expect([records.length, model.groups().length]).toEqual([0, 1]);
});
