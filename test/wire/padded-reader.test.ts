import { describe, expect, it } from 'vitest';
import { messageType } from '../../src/wire/protos.js';

const genesis = messageType('agent.GenesisSyncRequest');
const sync = messageType('agent.SyncRequest');

/** A varint with as many bytes as asked for: seven bits of `low` first, zeros after it. */
function varint(low: number, bytes: number, high = 0): Buffer {
  const written = Buffer.alloc(bytes, 0x80);
  written[0] = 0x80 | low;
  written[bytes - 1] = bytes === 1 ? low : high;
  return written;
}

describe('numbers of 32 bits', () => {
  it.each([1, 2, 5, 6, 9, 10])('are read from %i bytes, and so is what follows them', (bytes) => {
    const message = Buffer.concat([varint(4 << 3, bytes), varint(77, bytes), genesis.encode({ nat_ip: '10.0.0.9' })]);
    expect(genesis.decode(message)).toEqual({ agent_id: 77, nat_ip: '10.0.0.9' });
  });

  it('are negative where ten bytes say so', () => {
    const message = Buffer.concat([Buffer.from([2 << 3]), Buffer.alloc(9, 0xff), Buffer.from([1])]);
    expect(genesis.decode(message)).toEqual({ agent_type: -1 });
  });
});

it('a bool is true where any of its 64 bits is', () => {
  const message = Buffer.concat([Buffer.from([0xd8, 0x01]), varint(0, 6, 1)]);
  expect(sync.decode(message)).toEqual({ kubernetes_force_watch: true });
});
