import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerNtp } from '../../../src/server/services/ntp.js';
import { messageType } from '../../../src/wire/protos.js';
import { modelClient } from '../support/model-client.js';

const time = 1_700_000_000_500;

/** As agents send it: mode 3, version 4, only the transmit time set. */
function question(transmit = 0xe8_00_00_01_80_00_00_00n): Buffer {
  const packet = Buffer.alloc(48);
  packet.writeUInt8((4 << 3) | 3, 0);
  packet.writeBigUInt64BE(transmit, 40);
  return packet;
}

describe('answerNtp', () => {
  it('gives the time from the clock that it is handed, and the time of the question back', () => {
    const answer = answerNtp(question(), time);
    expect(answer?.readUInt8(0)).toBe((4 << 3) | 4);
    expect(answer?.readBigUInt64BE(24)).toBe(0xe8_00_00_01_80_00_00_00n);
    const seconds = BigInt(1_700_000_000 + 2_208_988_800);
    expect(answer?.readBigUInt64BE(40)).toBe((seconds << 32n) + 0x80000000n);
    expect(answer?.readBigUInt64BE(32)).toBe(answer?.readBigUInt64BE(40));
  });

  it('goes on after the end of the era', () => {
    expect(answerNtp(question(), Date.UTC(2036, 1, 7, 6, 28, 17))?.readUInt32BE(40)).toBe(1);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['too little', question().subarray(0, 47)],
    ['the packet of a server', Buffer.concat([Buffer.from([(4 << 3) | 4]), question().subarray(1)])],
    ['a version that does not exist', Buffer.concat([Buffer.from([(7 << 3) | 3]), question().subarray(1)])],
    ['no version', Buffer.concat([Buffer.from([3]), question().subarray(1)])],
  ])('does not answer %s', (_, packet) => {
    expect(answerNtp(packet, time)).toBeNull();
  });

  it('answers all others, whatever stands behind', () => {
    expect(answerNtp(Buffer.concat([question(), Buffer.alloc(20)]), time)).toHaveLength(48);
  });
});

describe.each(['agent', 'trident'] as const)('%s.Synchronizer/Query', (name) => {
  function ask(request: Buffer): Buffer | undefined {
    const client = modelClient({}, time);
    const bytes = messageType(`${name}.NtpRequest`).encode({ ctrl_ip: '10.0.0.1', request });
    return messageType(`${name}.NtpResponse`).decode(client.call(`${name}.Synchronizer/Query`, bytes).response)
      .response;
  }

  it('answers a packet with one that keeps what agents demand', () => {
    expect(ask(question())).toHaveLength(48);
  });

  it('answers anything else with nothing, and keeps what agents demand for any bytes', () => {
    expect(ask(Buffer.from('what time is it?'))).toBeUndefined();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const answer = ask(Buffer.from(bytes));
        expect(answer === undefined || answer.length === 48).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('refuses what is no message', () => {
    expect(modelClient().call(`${name}.Synchronizer/Query`, Buffer.from([0x52, 9])).status).toBe(13);
  });
});
