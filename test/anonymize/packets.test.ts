import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAnonymizer } from '../../src/anonymize/anonymizer.js';
import { anonymizeCapture, type CopyTally } from '../../src/anonymize/capture/anonymize-capture.js';

const mac = { one: '025eaa0f0101', other: '025eaa0f0102' };
const frame = (etherType: string, rest: string): string => mac.one + mac.other + etherType + rest;
const ip4 = { one: '0a010203', other: '0a010204' };
const udp = (port: string, payload: string): string => `9c40${port}0000beef${payload}`;
const packet4 = (protocol: string, rest: string): string =>
  `45000000000000004${`0${protocol}beef`}${ip4.one}${ip4.other}${rest}`;
const secret = Buffer.from('secret').toString('hex');

/** What is kept, as hexadecimal digits, and what was cut. */
function kept(hex: string, linkType = 1): { bytes: string; cuts: string[] } {
  const anonymizer = createAnonymizer(Buffer.alloc(32, 5));
  const bytes = Buffer.from(hex, 'hex');
  const end = anonymizer.packet(bytes, linkType);
  return { bytes: bytes.subarray(0, end).toString('hex'), cuts: [...anonymizer.cuts.keys()] };
}

describe('a packet', () => {
  it.each([
    ['TCP', packet4('06', `9c401f90000000010000000250180100beef0000${secret}`), 54],
    ['UDP', packet4('11', udp('0035', secret)), 42],
    ['ICMP', packet4('01', `0800beef00010002${secret}`), 42],
    ['VXLAN', packet4('11', udp('12b5', `0800000000000700${frame('0800', packet4('11', udp('0035', secret)))}`)), 92],
    [
      'Geneve',
      packet4(
        '11',
        udp('17c1', `0100655800000700${secret.slice(0, 8)}${frame('0800', packet4('11', udp('0035', secret)))}`),
      ),
      96,
    ],
    ['IPIP', packet4('04', packet4('11', udp('0035', secret))), 62],
    ['GRE', packet4('2f', `00006558${frame('0800', packet4('11', udp('0035', secret)))}`), 80],
    ['ESP', packet4('32', secret), 34],
    ['ARP', `0001080006040001${mac.one}${ip4.one}${mac.other}${ip4.other}${secret}`, 42],
  ])('%s keeps its headers, and nothing of addresses or payload', (name, rest, length) => {
    const { bytes } = kept(frame(name === 'ARP' ? '0806' : '0800', rest));
    expect(bytes.length / 2).toBe(length);
    for (const original of [mac.one, mac.other, ip4.one, ip4.other, secret, 'beef']) {
      expect(bytes.includes(original), `${name} ${original} in ${bytes}`).toBe(false);
    }
  });

  it.each([
    ['an EtherType', frame('88cc', secret), 1, 'EtherType 0x88cc', 14],
    ['a link type', secret, 147, 'link type 147', 0],
    ['an IP protocol', frame('0800', packet4('32', secret)), 1, 'IP protocol 50', 34],
    ['a header of IP', frame('0800', `4f${secret}`), 1, 'IPv4 headers that are malformed or cut off', 14],
  ])('is cut behind the header before where %s is not known', (_, hex, linkType, what, length) => {
    const { bytes, cuts } = kept(hex, linkType);
    expect(bytes.length / 2).toBe(length);
    expect(cuts).toEqual([what]);
  });

  it('of any bytes at all is cut within them', () => {
    const anonymizer = createAnonymizer(Buffer.alloc(32, 5));
    const etherTypes = fc.constantFrom('0800', '86dd', '0806', '8100');
    fc.assert(
      fc.property(
        etherTypes,
        fc.uint8Array({ maxLength: 120 }),
        fc.constantFrom(1, 113, 276, 101),
        (type, tail, link) => {
          const bytes = Buffer.concat([Buffer.from(frame(type, ''), 'hex'), tail]);
          const end = anonymizer.packet(bytes, link);
          expect(end >= 0 && end <= bytes.length).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a capture', () => {
  async function copied(bytes: Buffer): Promise<{ copy: Buffer | null; tally: CopyTally }> {
    const tally: CopyTally = { packets: 0, problem: null };
    const chunks = async function* () {
      // Records lie across the ends of chunks.
      for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
    };
    const result = await anonymizeCapture(chunks(), createAnonymizer(Buffer.alloc(32, 5)), tally);
    const pieces: Buffer[] = [];
    for await (const piece of result?.pieces ?? []) pieces.push(piece);
    return { copy: result === null ? null : Buffer.concat(pieces), tally };
  }
  const hex = frame('0800', packet4('11', udp('0035', secret)));
  const header = 'd4c3b2a1020004000000000000000000000004000100000010000000020000003000000040000000'.slice(0, 80);
  const pcap = Buffer.from(header + hex, 'hex');

  it('keeps times and lengths on the wire, and is shorter by what is cut', async () => {
    const { copy, tally } = await copied(pcap);
    expect(tally).toEqual({ packets: 1, problem: null });
    expect([copy?.readUInt32LE(24), copy?.readUInt32LE(32), copy?.readUInt32LE(36)]).toEqual([16, 42, 64]);
    expect(copy?.length).toBe(24 + 16 + 42);
  });

  it('that is cut off gives what is whole, and says so', async () => {
    const { copy, tally } = await copied(Buffer.concat([pcap, pcap.subarray(24, 50)]));
    expect(tally).toEqual({ packets: 1, problem: 'the last record is cut off' });
    expect(copy?.length).toBe(24 + 16 + 42);
  });

  it('of pcapng loses comments and names of NICs', async () => {
    const section = '0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000';
    const comment = `01000600${secret}0000`;
    const name = `02000c00${Buffer.from('vethcustomer').toString('hex')}`;
    const nic = `0100000034000000010000000000040${`0${comment}`}${name}0000000034000000`;
    const block = `06000000500000000000000000000000100000003000000040000000${hex}50000000`;
    const { copy, tally } = await copied(Buffer.from(section + nic + block, 'hex'));
    expect(tally).toEqual({ packets: 1, problem: null });
    for (const word of ['secret', 'customer']) expect(copy?.includes(word)).toBe(false);
    expect(copy?.includes('veth')).toBe(true);
  });

  it('is told from other files', async () => {
    expect((await copied(Buffer.from('a text that is long enough to hold a header'))).copy).toBeNull();
  });
});
