/**
 * Why a capture, or a configuration, cannot be used at all. Damage inside a capture is no fault: it is counted.
 *
 * - `not-a-capture`: the first bytes are of no capture format.
 * - `too-short`: the file ends before its header does.
 * - `bad-section`: pcapng whose first section header has no byte order.
 * - `bad-version`: pcap of another version than 2.
 * - `bad-config`: a setting is out of its range, or an address is none.
 * - `no-memory`: the engine does not give the memory that the flow limit wants.
 */
export type CoreFaultCode = 'not-a-capture' | 'too-short' | 'bad-section' | 'bad-version' | 'bad-config' | 'no-memory';

export class CoreFault extends Error {
  override readonly name = 'CoreFault';

  constructor(
    readonly code: CoreFaultCode,
    message: string,
  ) {
    super(message);
  }
}

const magics =
  'expected a1b2c3d4 (pcap, microseconds), a1b23c4d (pcap, nanoseconds) in either byte order, or 0a0d0d0a (pcapng); a compressed file must be unpacked first';

/** The fault behind a number that the core's reader returned; `head` is the start of the file. */
export function readerFault(number: number, head: Uint8Array): CoreFault {
  switch (number) {
    case -1:
      return new CoreFault('not-a-capture', `Not a capture: the file starts with ${hex(head)}; ${magics}.`);
    case -2:
      return new CoreFault('too-short', `Not a capture: the file has only ${head.length} bytes; ${magics}.`);
    case -3:
      return new CoreFault(
        'bad-section',
        `Damaged pcapng: the first section header has the byte order mark ${hex(head.subarray(8, 12))}; expected 1a2b3c4d in either byte order.`,
      );
    default:
      return new CoreFault(
        'bad-version',
        `Unknown pcap version in ${hex(head.subarray(0, 8))}: expected 2 after the magic number, as every tool writes today.`,
      );
  }
}

function hex(bytes: Uint8Array): string {
  return [...bytes.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ') || '(nothing)';
}
