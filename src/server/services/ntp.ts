/** A packet of NTP (RFC 5905) without extensions, bytes. */
const packetSize = 48;

const modes = { client: 3, server: 4 } as const;

/** Where in the packet the timestamps are, each 32 bits of seconds since 1900 and 32 bits of fraction. */
const at = { reference: 16, originate: 24, receive: 32, transmit: 40 } as const;

/** Seconds from 1900 to 1970. */
const unixEpoch = 2_208_988_800;

/**
 * The answer of an NTP server to the packet of a client.
 *
 * @param time Unix time, ms
 * @returns null where the packet is none that servers answer
 */
export function answerNtp(request: Uint8Array, time: number): Buffer | null {
  const packet = Buffer.from(request.buffer, request.byteOffset, request.byteLength);
  if (packet.length < packetSize) return null;
  const version = (packet.readUInt8(0) >> 3) & 7;
  const isClient = (packet.readUInt8(0) & 7) === modes.client;
  if (!isClient || version < 1 || version > 4) return null;
  const answer = Buffer.alloc(packetSize);
  answer.writeUInt8((version << 3) | modes.server, 0);
  answer.writeUInt8(stratum, 1);
  answer.writeUInt8(packet.readUInt8(2), 2);
  answer.writeInt8(precision, 3);
  answer.write('LOCL', 12, 'latin1');
  packet.copy(answer, at.originate, at.transmit, packetSize);
  for (const offset of [at.reference, at.receive, at.transmit]) writeTimestamp(answer, offset, time);
  return answer;
}

/** As of a server that has the time from its own clock. */
const stratum = 10;
/** 2^-10 s: the clock counts milliseconds. */
const precision = -10;

function writeTimestamp(packet: Buffer, offset: number, time: number): void {
  const seconds = Math.floor(time / 1000);
  // Seconds are counted modulo 2^32: the next era begins in 2036.
  packet.writeUInt32BE((seconds + unixEpoch) % 2 ** 32, offset);
  packet.writeUInt32BE(Math.floor(((time - seconds * 1000) / 1000) * 2 ** 32), offset + 4);
}
