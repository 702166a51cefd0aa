import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSyncRequest, encodeSyncRequest } from '../../src/wire/call-messages.js';
import { checkMessage, findRefusal } from '../../src/wire/check-message.js';
import { isRefusal } from '../../src/wire/problem-list.js';
import { messageType } from '../../src/wire/protos.js';
import { mutate, mutations, syncRequests } from './messages.js';

const message = messageType('agent.KubernetesAPISyncRequest');
const ofOldPackage = messageType('trident.KubernetesAPISyncRequest');

/** What protobufjs reads, in the form of what we read. */
function readByProtobufjs(bytes: Uint8Array) {
  const decoded = message.decode(bytes);
  return {
    clusterId: decoded.cluster_id ?? '',
    version: BigInt(decoded.version ?? 0),
    errorMsg: decoded.error_msg ?? '',
    agentId: decoded.agent_id ?? 0,
    sourceIp: decoded.source_ip ?? '',
    teamId: decoded.team_id ?? '',
    entryCount: decoded.entries?.length ?? 0,
    entries: (decoded.entries ?? []).map((entry, index) => ({
      index,
      type: entry.type ?? '',
      info: entry.info ?? null,
      compressedInfo: entry.compressed_info === undefined ? null : new Uint8Array(entry.compressed_info),
    })),
  };
}

describe('scanSyncRequest and splitEntries', () => {
  it('read what protobufjs wrote, as protobufjs reads it', () => {
    fc.assert(
      fc.property(syncRequests, (request) => {
        const bytes = message.encode(message.decode(encodeSyncRequest(request)));
        expect(bytes).toEqual(encodeSyncRequest(request));
        expect(ofOldPackage.encode(ofOldPackage.decode(bytes))).toEqual(bytes);
        const read = decodeSyncRequest(bytes);
        expect(read).toMatchObject(readByProtobufjs(bytes));
        expect(read.problems.concat(...read.entries.map((entry) => entry.problems))).toEqual([]);
        expect(read.malformed).toBeNull();
      }),
    );
  });

  it('read what encodeSyncRequest was given', () => {
    fc.assert(
      fc.property(syncRequests, (request) => {
        const { present, entries, ...read } = decodeSyncRequest(encodeSyncRequest(request));
        const { entries: sent = [], ...fields } = request;
        expect(read).toMatchObject(fields);
        expect(
          Object.entries(present)
            .flatMap(([key, isPresent]) => (isPresent ? [key] : []))
            .sort(),
        ).toEqual(Object.keys(fields).sort());
        expect(entries).toMatchObject(
          sent.map(({ type = '', info = null, compressedInfo = null }) => ({ type, info, compressedInfo })),
        );
      }),
    );
  });

  it('never throw for spoilt bytes, agree with each other, and agree with protobufjs where they find no fault', () => {
    fc.assert(
      fc.property(syncRequests, mutations, (request, changes) => {
        const bytes = mutate(encodeSyncRequest(request), changes);
        const read = decodeSyncRequest(bytes);
        expect(read.entries).toHaveLength(read.entryCount);
        for (const problem of [...read.problems, ...read.entries.flatMap((entry) => entry.problems)]) {
          expect(problem.offset).toBeLessThanOrEqual(bytes.length);
        }
        const problems = [...read.problems, ...read.entries.flatMap((entry) => entry.problems)];
        if (problems.some(isRefusal)) {
          expect(read.malformed).not.toBeNull();
        }
        if (read.malformed === null && problems.length === 0) {
          expect(read).toMatchObject(readByProtobufjs(bytes));
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('never throw for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(decodeSyncRequest(bytes).entryCount).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('checkMessage', () => {
  it('agrees with the scan on what is refused and what is unknown', () => {
    fc.assert(
      fc.property(syncRequests, mutations, (request, changes) => {
        const bytes = mutate(encodeSyncRequest(request), changes);
        const read = decodeSyncRequest(bytes);
        const offsets = (problems: readonly { kind: string; offset: number }[]) =>
          problems
            .filter(({ kind }) => kind !== 'malformed')
            .map(({ kind, offset }) => `${offset} ${kind}`)
            .sort();
        const checked = checkMessage('agent.KubernetesAPISyncRequest', bytes);
        expect(offsets(checked)).toEqual(
          offsets([...read.problems, ...read.entries.flatMap((entry) => entry.problems)]),
        );
        expect(checked.some(isRefusal)).toBe(read.malformed !== null);
        expect(findRefusal('agent.KubernetesAPISyncRequest', bytes) === null).toBe(read.malformed === null);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('tryDecode', () => {
  const names = ['agent.SyncRequest', 'agent.GenesisSyncRequest', 'trident.RemoteExecResponse'] as const;

  it('never throws, and gives what it encodes again', () => {
    const field = fc
      .tuple(fc.integer({ min: 1, max: 50 }), fc.nat(5), fc.uint8Array({ maxLength: 12 }))
      .map(([number, wireType, payload]) => {
        const tag = (number << 3) | wireType;
        const head = tag < 0x80 ? [tag] : [(tag & 0x7f) | 0x80, tag >> 7];
        return wireType === 2 ? [...head, payload.length, ...payload] : [...head, ...payload];
      });
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.array(field, { maxLength: 6 }), (name, fields) => {
        const bytes = Uint8Array.from(fields.flat());
        const { message: decoded, problem } = messageType(name).tryDecode(bytes);
        expect(decoded === null).toBe(problem !== null);
        if (decoded !== null) {
          const again = messageType(name).encode(decoded);
          expect(messageType(name).decode(again)).toEqual(decoded);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
