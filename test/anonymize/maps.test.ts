import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAddressMap } from '../../src/anonymize/address-map.js';
import { createAnonymizer } from '../../src/anonymize/anonymizer.js';
import { createKeyedBits } from '../../src/anonymize/keyed-bits.js';
import { createMacMap } from '../../src/anonymize/mac-map.js';
import { bitsOf } from '../../src/anonymize/prefix-map.js';

const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const address = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes });

/** How many bits two strings begin alike with. */
function shared(a: Uint8Array, b: Uint8Array): number {
  const [left, right] = [bitsOf(a), bitsOf(b)];
  const differing = [...left].findIndex((bit, i) => bit !== right[i]);
  return differing < 0 ? left.length : differing;
}

describe('addresses', () => {
  it.each([4, 16])('of %i bytes share as long a prefix afterwards as before', (bytes) => {
    fc.assert(
      fc.property(key, address(bytes), address(bytes), fc.nat(bytes * 8), (secret, a, other, common) => {
        const map = createAddressMap(createKeyedBits(secret));
        // Two random ones would hardly ever share more than a few bits.
        const b = a.map((byte, i) => (i * 8 < common - 7 ? byte : (other[i] ?? 0)));
        fc.pre(!isSpecial(a) && !isSpecial(b));
        expect(shared(map.map(a), map.map(b))).toBe(shared(a, b));
      }),
      { numRuns: 100 },
    );
  });

  it('of special ranges stay where they are, private ones private', () => {
    const { ip } = createAnonymizer(Buffer.alloc(32, 7));
    const same = ['127.0.0.1', '0.0.0.0', '255.255.255.255', '224.0.0.251', '::', '::1', 'ff02::1', 'ff02::fb'];
    for (const text of same) expect(ip(text)).toBe(text);
    for (const [text, range] of [
      ['10.1.2.3', /^10\./],
      ['172.20.1.1', /^172\.(1[6-9]|2\d|3[01])\./],
      ['192.168.7.7', /^192\.168\./],
      ['100.100.1.1', /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./],
      ['169.254.7.9', /^169\.254\./],
      ['fe80::5e:aaff:fe01:100', /^fe80::/],
      ['fd12:3456::1', /^fd/],
      ['ff02::1:ff01:203', /^ff02::1:ff/],
    ] as const) {
      expect(ip(text)).toMatch(range);
      expect(ip(text)).not.toBe(text);
    }
    expect(ip('10.1.2.3/24')).toBe(`${ip('10.1.2.3')}/24`);
    expect(ip('::ffff:10.1.2.3')).toBe(hexForm(ip('10.1.2.3') ?? ''));
  });

  it('public ones never land in a range with a meaning', () => {
    const map = createAddressMap(createKeyedBits(Buffer.alloc(32, 3)));
    fc.assert(
      fc.property(address(4), (bytes) => {
        expect(isSpecial(map.map(bytes))).toBe(isSpecial(bytes));
      }),
    );
  });
});

describe('MACs', () => {
  it('keep group and local bits, and equal low halves; other keys give others', () => {
    fc.assert(
      fc.property(key, address(6), address(3), (secret, mac, high) => {
        const map = createMacMap(createKeyedBits(secret));
        // The first octet of multicast and of zero is special.
        const unicast = Uint8Array.from([((mac[0] ?? 0) & 0xfe) | 4, ...mac.subarray(1)]);
        const sibling = Uint8Array.from([((high[0] ?? 0) & 0xfe) | 4, ...high.subarray(1), ...mac.subarray(3)]);
        const [one, other] = [map.map(unicast), map.map(sibling)];
        expect((one[0] ?? 0) & 3).toBe((unicast[0] ?? 0) & 3);
        expect(one.subarray(3)).toEqual(other.subarray(3));
        expect(Buffer.compare(one, other) === 0).toBe(Buffer.compare(unicast, sibling) === 0);
      }),
    );
    const [one, other] = [1, 2].map((byte) => createAnonymizer(Buffer.alloc(32, byte)));
    expect(one?.mac('02:00:00:01:01:0a')).not.toBe(other?.mac('02:00:00:01:01:0a'));
  });

  it.each(['00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff', '01:00:5e:00:00:fb', '33:33:00:00:00:01', '01:80:c2:00:00:0e'])(
    '%s stays',
    (mac) => {
      expect(createAnonymizer(Buffer.alloc(32, 1)).mac(mac)).toBe(mac);
    },
  );
});

describe('names', () => {
  const { name, text } = createAnonymizer(Buffer.alloc(32, 1));

  it('of NICs keep what tells their kind', () => {
    for (const plain of [
      'any',
      'lo',
      'eth0',
      'eth0.100',
      'ens192',
      'enp3s0f0np0',
      'cni0',
      'flannel.1',
      'vxlan.calico',
    ]) {
      expect(name('nic', plain)).toBe(plain);
    }
    expect(name('nic', 'cali0a1b2c3d4e5')).toMatch(/^cali[0-9a-f]{11}$/);
    expect(name('nic', '3fa8c_h')).toMatch(/^[0-9a-f]{12}_h$/);
    expect(name('nic', 'enx025eaa0f0100')).toMatch(/^enx[0-9a-f]{12}$/);
    expect(name('nic', 'customer-lan')).toMatch(/^if[0-9a-f]{12}$/);
  });

  it('are found in the settings of an agent', () => {
    const veth = name('nic', 'vethcustomer');
    expect(text('^(eth0|vethcustomer)$')).toBe(`^(eth0|${veth})$`);
  });
});

function isSpecial(bytes: Uint8Array): boolean {
  if (bytes.length === 16) return bytes[0] === 0 || bytes[0] === 0xff || (bytes[0] === 0xfe && bytes[1] === 0x80);
  const [a = 0, b = 0] = bytes;
  return (
    [0, 10, 127].includes(a) ||
    a >= 224 ||
    (a === 100 && b >= 64 && b < 128) ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168)
  );
}

function hexForm(ip4: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = ip4.split('.').map(Number);
  return `::ffff:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}
