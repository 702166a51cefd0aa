import { describe, expect, it } from 'vitest';
import { breaksParser, parseAddress, parseNetwork } from '../../src/kube/address.js';

describe('parseAddress', () => {
  it.each([
    ['0.0.0.0', 0],
    ['10.0.0.1', 0x0a000001],
    ['255.255.255.255', 0xffffffff],
  ])('takes %s', (text, expected) => {
    expect(parseAddress(text)).toBe(expected);
  });

  it.each([
    ['::', [0, 0, 0, 0, 0, 0, 0, 0]],
    ['fd00:1::7', [0xfd00, 1, 0, 0, 0, 0, 0, 7]],
    ['1:2:3:4:5:6:7:8', [1, 2, 3, 4, 5, 6, 7, 8]],
    ['::ffff:10.0.0.1', [0, 0, 0, 0, 0, 0xffff, 0x0a00, 1]],
    ['fe80::1%eth0', [0xfe80, 0, 0, 0, 0, 0, 0, 1]],
    ['ABCD::', [0xabcd, 0, 0, 0, 0, 0, 0, 0]],
  ])('takes %s', (text, expected) => {
    expect(parseAddress(text)).toEqual(expected);
  });

  it.each([
    '',
    ' 10.0.0.1',
    '10.0.0',
    '10.0.0.1.',
    '.10.0.0',
    '10..0.1',
    '10.0.0.256',
    '010.0.0.1',
    '10.0.0.00',
    '1.2.3.4.5',
    '1.2.3.4 ',
    'a.b.c.d',
    '0x1.2.3.4',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '::12345',
    '::g',
    '::1.2.3',
    '1.2.3.4::',
    'fe80::1%',
    'None',
  ])('refuses %j', (text) => {
    expect(parseAddress(text)).toBeNull();
  });
});

describe('parseNetwork', () => {
  it('takes prefixes, and addresses as networks of one', () => {
    expect(parseNetwork('10.244.0.0/16')).toEqual({ address: 0x0af40000, length: 16 });
    expect(parseNetwork('10.0.0.1')).toEqual({ address: 0x0a000001, length: 32 });
    expect(parseNetwork('fd00::/0')).toMatchObject({ length: 0 });
    expect(parseNetwork('::1')).toMatchObject({ length: 128 });
  });

  it.each([
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/08',
    '10.0.0.0/+8',
    '10.0.0.0/8/8',
    '::/129',
    'fe80::1%eth0/64',
    '/8',
  ])('refuses %j', (text) => {
    expect(parseNetwork(text)).toBeNull();
  });
});

it('breaksParser minds only what has a dot or a colon', () => {
  expect(['', 'None', 'unset', '10.0.0.1', '10.0.0.0/8', '::1'].filter(breaksParser)).toEqual([]);
  expect(['1.2', 'node.local', ':', '10.0.0.300'].filter(breaksParser)).toHaveLength(4);
});
