import { describe, expect, it } from 'vitest';
import { encodeSyncRequest } from '../../src/wire/call-messages.js';
import { maxProblems } from '../../src/wire/problem-list.js';
import { scanSyncRequest } from '../../src/wire/wire-format.js';

function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

describe('scanSyncRequest', () => {
  it('reads all fields, and counts the entries', () => {
    const entries = [{ type: '*v1.Pod', compressedInfo: Uint8Array.of(1, 2, 3) }, { type: '*v1.Node' }];
    const fields = {
      clusterId: 'd-abcdefghij',
      version: 2n ** 64n - 1n,
      errorMsg: 'no Nodes listed',
      agentId: 2 ** 32 - 1,
      sourceIp: '10.0.0.1',
      teamId: 't-abc',
    };
    const scan = scanSyncRequest(encodeSyncRequest({ ...fields, entries }));
    expect(scan).toMatchObject({ ...fields, entryCount: 2, entryBytes: 14 + 10, problems: [], malformed: null });
    expect(Object.values(scan.present)).toEqual([true, true, true, true, true, true]);
  });

  it('tells absent fields from empty ones', () => {
    const nothing = scanSyncRequest(new Uint8Array(0));
    expect(nothing).toMatchObject({ clusterId: '', version: 0n, errorMsg: '', agentId: 0, sourceIp: '', teamId: '' });
    expect(Object.values(nothing.present)).toEqual([false, false, false, false, false, false]);
    const zero = scanSyncRequest(encodeSyncRequest({ version: 0n, errorMsg: '', agentId: 0 }));
    expect(zero).toMatchObject({ version: 0n, errorMsg: '', agentId: 0 });
    expect(zero.present).toMatchObject({ clusterId: false, version: true, errorMsg: true, agentId: true });
  });

  it('takes the last of several', () => {
    const twice = Buffer.concat([
      encodeSyncRequest({ clusterId: 'a', version: 1n }),
      encodeSyncRequest({ clusterId: 'b', version: 2n }),
    ]);
    expect(scanSyncRequest(twice)).toMatchObject({ clusterId: 'b', version: 2n });
  });

  it('reports fields that the schema does not know, and reads on', () => {
    const scan = scanSyncRequest(bytesOf('5a 01 78  bb 06 08 01 bc 06  10 07'));
    expect(scan.version).toBe(7n);
    expect(scan.malformed).toBeNull();
    expect(scan.problems).toEqual([
      {
        kind: 'unknown-field',
        offset: 0,
        field: 11,
        message: 'the request has no field 11 (found a length and bytes)',
      },
      { kind: 'unknown-field', offset: 3, field: 103, message: 'the request has no field 103 (found a group)' },
    ]);
  });

  it('reports wrong wire types, and counts the field as absent', () => {
    const scan = scanSyncRequest(bytesOf('12 01 37  08 05  50 01'));
    expect(scan).toMatchObject({ version: 0n, clusterId: '', entryCount: 0 });
    expect(scan.present).toMatchObject({ version: false, clusterId: false });
    expect(scan.problems.map(({ kind, message }) => [kind, message])).toEqual([
      ['wrong-wire-type', 'version of the request is a length and bytes instead of a varint'],
      ['wrong-wire-type', 'cluster_id of the request is a varint instead of a length and bytes'],
      ['wrong-wire-type', 'entries of the request is a varint instead of a length and bytes'],
    ]);
  });

  it('names the first field of a wrong wire type as the reason for servers to refuse the message', () => {
    const version = bytesOf('0a 01 63  12 01 37  08 05');
    expect(scanSyncRequest(version)).toMatchObject({
      clusterId: 'c',
      malformed: { kind: 'wrong-wire-type', offset: 3, field: 2 },
    });
    expect(scanSyncRequest(bytesOf('52 03 0a 01 61  52 02 08 01  10 07'))).toMatchObject({
      version: 7n,
      entryCount: 2,
      problems: [],
      malformed: {
        kind: 'wrong-wire-type',
        offset: 7,
        message: 'type of entry 1 is a varint instead of a length and bytes',
      },
    });
    expect(scanSyncRequest(bytesOf('52 02 20 01  0a 01 ff')).malformed).toBeNull();
  });

  it('reports text that is not UTF-8', () => {
    const scan = scanSyncRequest(bytesOf('10 01 0a 03 61 ff 62'));
    expect(scan.clusterId).toBe('a\ufffdb');
    expect(scan.problems).toEqual([{ kind: 'invalid-utf8', offset: 4, field: 1, message: 'cluster_id is not UTF-8' }]);
  });

  it('keeps what stands before a break', () => {
    const whole = encodeSyncRequest({ clusterId: 'c', version: 300n, entries: [{ type: 'x' }, { type: 'y' }] });
    const scan = scanSyncRequest(whole.subarray(0, whole.length - 1));
    expect(scan).toMatchObject({ clusterId: 'c', version: 300n, entryCount: 1 });
    expect(scan.malformed).toMatchObject({ kind: 'malformed', offset: whole.length - 4, field: 10 });
  });

  it('sees a break inside an entry, and reads on behind it', () => {
    const broken = Buffer.concat([
      encodeSyncRequest({ clusterId: 'c', entries: [{ type: 'x' }] }),
      bytesOf('52 03 0a 09 61'),
      encodeSyncRequest({ version: 9n }),
    ]);
    const scan = scanSyncRequest(broken);
    expect(scan).toMatchObject({ clusterId: 'c', version: 9n, entryCount: 2 });
    expect(scan.malformed?.message).toMatch(/^entry 1 is not protobuf at byte 11: a length of 9 bytes is given/);
  });

  it('keeps a bounded number of problems, and says how many there were', () => {
    const scan = scanSyncRequest(new Uint8Array(5000).map((_, index) => (index % 2 === 0 ? 0x58 : 1)));
    expect(scan.problems).toHaveLength(maxProblems);
    expect(scan.problems.at(-1)?.message).toContain('(and 2400 more)');
  });
});
