import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeStateFile } from '../../../src/server/data/decode-state-file.js';
import { encodeLine } from '../../../src/server/data/state-lines.js';
import { savedOf } from '../../../src/server/data/state-tables.js';
import type { SavedState } from '../../../src/server/model/saved-state.js';
import { temporaryDirectory } from '../../journal/temporary-directory.js';
import { someEntries } from '../support/grpc-client.js';
import { copyOf, openKept } from './support.js';

interface History {
  readonly directory: string;
  readonly path: string;
  readonly content: Buffer;
  /** What was answered for, by the length that the file had then. */
  readonly states: ReadonlyMap<number, SavedState>;
}

/** A small state file, and all states that it went through. */
async function history(): Promise<History> {
  const directory = temporaryDirectory();
  const kept = await openKept(directory, { settings: { clusters: ['shop'] } });
  const path = join(directory, 'state-00000001.log');
  const states = new Map<number, SavedState>();
  const note = () => states.set(readFileSync(path).length, kept.model.saved());
  note();
  const agent = { ctrl_ip: '10.0.0.1', ctrl_mac: '02:00:00:00:00:01', kubernetes_cluster_id: 'shop' };
  await kept.rpc('Sync', 'agent.SyncRequest', agent);
  note();
  await kept.upload({ clusterId: 'shop', version: 7n, agentId: 1, entries: someEntries });
  note();
  await kept.change({ kind: 'create-group', name: 'macvlan' });
  note();
  kept.time += 1;
  await kept.rpc('Sync', 'agent.SyncRequest', agent);
  note();
  const copy = copyOf(directory);
  return { directory: copy, path: join(copy, 'state-00000001.log'), content: readFileSync(path), states };
}

describe('a state file', () => {
  it('that ends at any byte gives what was written as a whole, or is refused where that is nothing', async () => {
    const { content, states } = await history();
    const lengths = [...states.keys()].sort((one, other) => one - other);
    const [begun = 0] = lengths;
    let torn = 0;
    for (let length = 0; length <= content.length; length++) {
      const found = decodeStateFile(content.subarray(0, length));
      if (found.kind !== 'read') {
        expect(length).toBeLessThan(begun);
        expect(found).toMatchObject({ kind: 'broken', reason: 'it ends too early', isWhole: false });
        continue;
      }
      const whole = lengths.filter((each) => each <= length).at(-1) ?? 0;
      expect(savedOf(found.tables)).toEqual(states.get(whole));
      expect(found.tornBytes).toBe(length - whole);
      if (found.tornBytes > 0) torn += 1;
    }
    expect(torn).toBe(content.length - begun - (lengths.length - 1));
  });

  it('with any byte changed is refused, and never read as something else', async () => {
    const { content, states } = await history();
    const lengths = [...states.keys()].sort((one, other) => one - other);
    const last = lengths.at(-2) ?? 0;
    for (const change of [(byte: number) => byte ^ 1, (byte: number) => byte ^ 0x80, () => 0, () => 10]) {
      for (let at = 0; at < content.length; at++) {
        const changed = Buffer.from(content);
        changed[at] = change(content[at] ?? 0);
        if (changed.equals(content)) continue;
        const found = decodeStateFile(changed);
        if (found.kind === 'broken') continue;
        if (found.kind !== 'read') throw new Error(`byte ${at} makes it ${found.kind}`);
        // As the last write would look that the system was not done with; it is told of.
        expect(at).toBeGreaterThanOrEqual(last);
        expect(found.tornBytes).toBe(content.length - last);
        expect(savedOf(found.tables)).toEqual(states.get(last));
      }
    }
  });

  it('whose end was never written by the system is taken up to there', async () => {
    const { content } = await history();
    expect(decodeStateFile(Buffer.concat([content, Buffer.alloc(5000)]))).toMatchObject({ tornBytes: 5000 });
  });

  it('of a newer format is refused and left as it is', async () => {
    const past = await history();
    const lines = past.content.toString().split('\n');
    const header = encodeLine({ format: 'plumbline-data', version: 2, compat: 'v9', begun: 0 });
    writeFileSync(past.path, Buffer.concat([header, Buffer.from(lines.slice(1).join('\n'))]));
    const before = readFileSync(past.path);
    await expect(openKept(past.directory)).rejects.toMatchObject({
      code: 'newer-format',
      message: `${past.path} was written by a newer Plumbline (format 2; this one reads up to 1). Start that one, or give another --data folder. Nothing was changed.`,
    });
    expect(readFileSync(past.path)).toEqual(before);
    expect(existsSync(join(past.directory, 'data.lock'))).toBe(false);
  });

  it('of somebody else is refused, with one copy however often it is tried', async () => {
    const past = await history();
    writeFileSync(past.path, encodeLine({ format: 'shopping list' }));
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(openKept(past.directory)).rejects.toMatchObject({
        code: 'broken',
        message: expect.stringContaining('it does not begin as a state file'),
      });
    }
    expect(readdirSync(past.directory).filter((name) => name.includes('broken'))).toEqual([
      'state-00000001.log.broken',
    ]);
    writeFileSync(past.path, 'something else');
    await expect(openKept(past.directory)).rejects.toMatchObject({ code: 'broken' });
    expect(readdirSync(past.directory).filter((name) => name.includes('broken'))).toEqual([
      'state-00000001.log.broken',
      'state-00000001.log.broken-2',
    ]);
  });

  it('that is broken can be gone on with as the message says', async () => {
    const past = await history();
    const changed = Buffer.from(past.content);
    const lengths = [...past.states.keys()].sort((one, other) => one - other);
    const third = lengths[2] ?? 0;
    changed[third + 12] = 35;
    writeFileSync(past.path, changed);
    const refusal = await openKept(past.directory).catch((error: unknown) => error);
    const advice = /truncate -s (\d+) (\S+)\. /.exec(refusal instanceof Error ? refusal.message : '');
    expect(advice?.slice(1)).toEqual([String(third), past.path]);
    writeFileSync(past.path, changed.subarray(0, third));
    const kept = await openKept(past.directory);
    expect(kept.model.saved()).toEqual(past.states.get(third));
  });

  it('with a torn end is told of once', async () => {
    const past = await history();
    writeFileSync(past.path, past.content.subarray(0, -3));
    const kept = await openKept(past.directory);
    expect(kept.problems).toHaveLength(1);
    expect(kept.problems[0]).toContain(`The last write to ${past.path} was broken off (`);
    const again = await openKept(copyOf(past.directory));
    expect(again.problems).toEqual([]);
    expect(again.model.saved()).toEqual(kept.model.saved());
  });
});
