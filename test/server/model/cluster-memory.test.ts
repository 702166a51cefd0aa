import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  agingTime,
  type ClusterMemory,
  decideAsDocument,
  decideAsServer,
  emptyMemory,
  type SyncFacts,
} from '../../../src/server/model/cluster-memory.js';

const base: SyncFacts = {
  ...{ seq: 1, time: 1_000_000, clusterId: 'c', version: 5n, errorMsg: '', agentId: 1, entryCount: 0, teamKnown: true },
};

/** Plays calls one after the other and gives the last decision. */
function play(decide: typeof decideAsServer, ...calls: Partial<SyncFacts>[]) {
  let memory: ClusterMemory = emptyMemory;
  let last = decide(memory, { ...base, ...calls[0] });
  for (const [index, call] of calls.entries()) {
    last = decide(memory, { ...base, seq: index + 1, ...call });
    memory = last.memory;
  }
  return last;
}

describe('decideAsServer', () => {
  it.each([
    ['version 0', { version: 0n, entryCount: 1 }],
    ['no cluster id', { clusterId: '', entryCount: 1 }],
    ['an unknown team', { teamKnown: false, entryCount: 1 }],
    ['neither agent_id nor entries', { agentId: 0 }],
  ])('drops a call with %s and leaves the answer unset', (_, call) => {
    expect(play(decideAsServer, call)).toEqual({ memory: emptyMemory, answerVersion: null, effect: 'dropped' });
  });

  it('asks for everything where it holds nothing', () => {
    expect(play(decideAsServer, {})).toEqual({ memory: emptyMemory, answerVersion: 0n, effect: 'dropped' });
  });

  it('stores entries, answers their version, then takes heartbeats of that version', () => {
    expect(play(decideAsServer, { entryCount: 3 })).toMatchObject({
      answerVersion: 5n,
      effect: 'stored',
      memory: { stored: { version: 5n, entryCount: 3, seq: 1 } },
    });
    expect(play(decideAsServer, { entryCount: 3 }, { time: 2_000_000 })).toMatchObject({
      answerVersion: 5n,
      effect: 'refreshed',
      memory: { stored: { time: 2_000_000, seq: 1, entryCount: 3 }, handshake: { seen: 2_000_000 } },
    });
  });

  it('answers another version without entries with the one that it holds, and forgets its error_msg', () => {
    const { memory, ...rest } = play(
      decideAsServer,
      { entryCount: 3 },
      { version: 6n, errorMsg: 'x', time: 2_000_000 },
    );
    expect(rest).toEqual({ answerVersion: 5n, effect: 'dropped' });
    expect(memory).toMatchObject({ handshake: { seen: base.time }, stored: { errorMsg: '', time: base.time } });
  });

  it('ignores entries of the version that it holds, but takes over error_msg', () => {
    expect(play(decideAsServer, { entryCount: 3 }, { entryCount: 9, errorMsg: 'forbidden' })).toMatchObject({
      effect: 'refreshed',
      memory: { stored: { entryCount: 3, errorMsg: 'forbidden' } },
    });
  });

  it('takes a smaller version for a new one', () => {
    expect(play(decideAsServer, { entryCount: 3 }, { version: 4n, entryCount: 2 })).toMatchObject({
      answerVersion: 4n,
      effect: 'stored',
    });
  });

  it('stores without agent_id, but never answers a version and never shakes hands', () => {
    expect(play(decideAsServer, { agentId: 0, entryCount: 3 })).toMatchObject({
      answerVersion: null,
      effect: 'stored',
      memory: { handshake: null, stored: { version: 5n } },
    });
    expect(play(decideAsServer, { agentId: 0, entryCount: 3 }, {})).toMatchObject({
      answerVersion: 0n,
      effect: 'dropped',
    });
  });

  it('stores an empty snapshot where a heartbeat follows the upload of somebody without agent_id', () => {
    expect(play(decideAsServer, { entryCount: 3 }, { agentId: 0, version: 7n, entryCount: 1 }, {})).toMatchObject({
      answerVersion: 5n,
      effect: 'stored',
      memory: { stored: { version: 5n, entryCount: 0 } },
    });
  });

  it('forgets after 24 hours, and not before', () => {
    const stored = { entryCount: 3 };
    expect(play(decideAsServer, stored, { time: base.time + agingTime })).toMatchObject({ answerVersion: 5n });
    expect(play(decideAsServer, stored, { time: base.time + agingTime + 1 })).toMatchObject({
      answerVersion: 0n,
      effect: 'dropped',
    });
    expect(play(decideAsServer, stored, { time: base.time + agingTime + 1, entryCount: 3 })).toMatchObject({
      effect: 'stored',
    });
  });

  it('does not keep an error_msg of any length', () => {
    const { memory } = play(decideAsServer, { entryCount: 1, errorMsg: 'x'.repeat(1_000_000) });
    expect(memory.stored?.errorMsg).toHaveLength(4096);
  });

  it('agrees with the server as its own code would be written, over any calls', () => {
    fc.assert(
      fc.property(fc.array(anyCall, { maxLength: 30 }), (calls) => {
        const reference = createReference();
        let memory = emptyMemory;
        let time = 0;
        for (const [index, call] of calls.entries()) {
          time += call.wait;
          const facts = { ...call, seq: index + 1, time, clusterId: call.cluster };
          const decision = decideAsServer(memory, facts);
          memory = decision.memory;
          expect(decision.answerVersion).toBe(reference.handle(facts));
          expect(memory.stored).toEqual(reference.stored());
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('decideAsDocument', () => {
  it('needs no agent_id', () => {
    expect(play(decideAsDocument, { agentId: 0, entryCount: 3 })).toMatchObject({
      answerVersion: 5n,
      effect: 'stored',
    });
    expect(play(decideAsDocument, { agentId: 0, entryCount: 3 }, { agentId: 0 })).toMatchObject({
      answerVersion: 5n,
      effect: 'refreshed',
    });
  });

  it('answers a version that it does not hold, sent without entries, with the one that it holds', () => {
    expect(play(decideAsDocument, {})).toMatchObject({ answerVersion: 0n, effect: 'dropped' });
    expect(play(decideAsDocument, { entryCount: 3 }, { version: 6n })).toMatchObject({
      answerVersion: 5n,
      effect: 'dropped',
    });
    expect(play(decideAsDocument, { entryCount: 3 }, { version: 0n, entryCount: 3 })).toMatchObject({
      answerVersion: 5n,
      effect: 'dropped',
    });
  });

  it('keeps an error report whatever version comes with it', () => {
    for (const call of [{}, { entryCount: 3 }, { version: 6n }, { version: 0n }]) {
      expect(
        play(decideAsDocument, { entryCount: 3 }, { ...call, errorMsg: 'forbidden', time: 2_000_000 }),
      ).toMatchObject({
        answerVersion: 5n,
        effect: 'refreshed',
        memory: { stored: { version: 5n, errorMsg: 'forbidden', entryCount: 3, time: 2_000_000 } },
      });
    }
    expect(play(decideAsDocument, { entryCount: 3, errorMsg: 'forbidden' }, {})).toMatchObject({
      memory: { stored: { errorMsg: '' } },
    });
  });

  it('knows no teams', () => {
    expect(play(decideAsDocument, { teamKnown: false, entryCount: 1 })).toMatchObject({ effect: 'stored' });
  });

  it('drops a call without a cluster id, and forgets after 24 hours', () => {
    expect(play(decideAsDocument, { clusterId: '', entryCount: 1 })).toMatchObject({
      answerVersion: null,
      effect: 'dropped',
    });
    expect(play(decideAsDocument, { entryCount: 3 }, { time: base.time + agingTime + 1 })).toMatchObject({
      answerVersion: 0n,
      memory: { stored: null },
    });
  });
});

const anyCall = fc.record({
  wait: fc.constantFrom(1, 1000, agingTime / 2, agingTime, agingTime + 1),
  cluster: fc.constantFrom('c', 'c', 'c', ''),
  version: fc.constantFrom(0n, 1n, 2n, 3n, 2n ** 64n - 1n),
  errorMsg: fc.constantFrom('', '', 'boom'),
  agentId: fc.constantFrom(0, 1, 2),
  entryCount: fc.constantFrom(0, 0, 2),
  teamKnown: fc.constantFrom(true, true, true, false),
});

/** Written from the table of answers alone, in its order, with variables as the server's maps have them. */
function createReference() {
  let lastVersion: bigint | undefined;
  let lastSeen = 0;
  let record: { version: bigint; errorMsg: string; time: number; seq: number; entryCount: number } | null = null;

  function storage(call: SyncFacts): void {
    if (record !== null && call.time - record.time > 86_400_000) {
      record = null;
    }
    if (record?.version === call.version) {
      record = { ...record, errorMsg: call.errorMsg, time: call.time };
    } else {
      const { version, errorMsg, time, seq, entryCount } = call;
      record = { version, errorMsg, time, seq, entryCount };
    }
  }

  return {
    stored: () => record,
    handle: (call: SyncFacts): bigint | null => {
      if (call.version === 0n) return null;
      if (call.clusterId === '') return null;
      if (!call.teamKnown) return null;
      const hasEntries = call.entryCount > 0;
      if (call.agentId === 0) {
        if (hasEntries) storage(call);
        return null;
      }
      if (lastVersion !== undefined && call.time - lastSeen > 86_400_000) lastVersion = 0n;
      if (call.version !== (lastVersion ?? 0n) && !hasEntries) return lastVersion ?? 0n;
      storage(call);
      lastVersion = call.version;
      lastSeen = call.time;
      return call.version;
    },
  };
}
