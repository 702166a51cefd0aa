import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSyncResponse, encodeSyncRequest, encodeSyncResponse } from '../../src/wire/call-messages.js';
import { messageType } from '../../src/wire/protos.js';

describe('encodeSyncResponse', () => {
  it('keeps unset and 0 apart', () => {
    expect(encodeSyncResponse(null).toString('hex')).toBe('');
    expect(encodeSyncResponse(0n).toString('hex')).toBe('0800');
    expect(decodeSyncResponse(encodeSyncResponse(null))).toBeNull();
    expect(decodeSyncResponse(encodeSyncResponse(0n))).toBe(0n);
  });

  it('gives any uint64 exactly, in both packages', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (version) => {
        const bytes = encodeSyncResponse(version);
        expect(decodeSyncResponse(bytes)).toBe(version);
        expect(messageType('agent.KubernetesAPISyncResponse').decode(bytes)).toEqual({ version: version.toString() });
        expect(messageType('trident.KubernetesAPISyncResponse').decode(bytes)).toEqual({ version: version.toString() });
      }),
      { examples: [[0n], [2n ** 53n + 1n], [2n ** 63n], [2n ** 64n - 1n]] },
    );
  });

  it('refuses what is not a uint64', () => {
    expect(() => encodeSyncResponse(2n ** 64n)).toThrow('version 18446744073709551616 is not a uint64');
    expect(() => encodeSyncRequest({ version: -1n })).toThrow('version -1 is not a uint64');
  });
});

describe('decodeSyncResponse', () => {
  it('says where the bytes break', () => {
    expect(() => decodeSyncResponse(Uint8Array.of(0x08, 0xff))).toThrow(
      'The response is not protobuf at byte 1: the bytes end inside a varint.',
    );
  });

  it('skips what it does not know', () => {
    expect(decodeSyncResponse(Uint8Array.of(0x12, 0x01, 0x61, 0x08, 0x05))).toBe(5n);
  });
});
