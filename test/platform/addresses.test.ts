import { describe, expect, it } from 'vitest';
import { canonicalIp, isGroupIp, isPrivateIp, parseIpWithPrefix } from '../../src/platform/ip.js';
import { formatMac, isGroupMac, lowThreeBytes, parseMac } from '../../src/platform/mac.js';
import { nicKindOfLink, nicKindOfName } from '../../src/platform/nic-kind.js';

describe('a MAC', () => {
  it.each([
    ['02:00:00:01:01:0a', 0x02_00_00_01_01_0a],
    ['02-00-00-01-01-0A', 0x02_00_00_01_01_0a],
    ['0200.0001.010a', 0x02_00_00_01_01_0a],
    ['ff:ff:ff:ff:ff:ff', 2 ** 48 - 1],
    ['02:00:00:01:01', null],
    ['02:00:00:01:01:0g', null],
    ['02:00-00:01:01:0a', null],
    ['', null],
  ])('%s is %s', (text, mac) => expect(parseMac(text)).toBe(mac));

  it('is written one way', () => {
    expect(formatMac(0x02_00_00_01_01_0a)).toBe('02:00:00:01:01:0a');
    expect(formatMac(0)).toBe('00:00:00:00:00:00');
  });

  it('is unicast or not', () => {
    expect(isGroupMac(parseMac('01:00:5e:00:00:01') ?? 0)).toBe(true);
    expect(isGroupMac(parseMac('02:00:00:00:00:01') ?? 0)).toBe(false);
    expect(isGroupMac(2 ** 48 - 1)).toBe(true);
    expect(lowThreeBytes(0x02_00_00_01_01_0a)).toBe(0x01_01_0a);
  });
});

describe('an address', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['FD00:0:0::1', 'fd00::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['010.0.0.1', null],
    ['10.0.0', null],
    ['10.0.0.256', null],
    ['host', null],
    ['', null],
  ])('%s is %s', (text, ip) => expect(canonicalIp(text)).toBe(ip));

  it.each([
    ['10.0.0.1/24', { ip: '10.0.0.1', prefix: 24 }],
    ['10.0.0.1', { ip: '10.0.0.1', prefix: 32 }],
    ['fd00::1/64', { ip: 'fd00::1', prefix: 64 }],
    ['fd00::1', { ip: 'fd00::1', prefix: 128 }],
    ['10.0.0.1/33', null],
    ['10.0.0.1/', null],
    ['10.0.0.1/x', null],
  ])('%s is %j', (text, expected) => expect(parseIpWithPrefix(text)).toEqual(expected));

  it('is private as DeepFlow counts', () => {
    for (const ip of ['10.1.1.1', '100.64.0.1', '169.254.1.1', '224.0.0.1', 'fd00::1', 'fe80::1'])
      expect(isPrivateIp(ip)).toBe(true);
    for (const ip of ['8.8.8.8', '100.128.0.1', '2001:4860::8888']) expect(isPrivateIp(ip)).toBe(false);
    expect(isGroupIp('224.0.0.22')).toBe(true);
    expect(isGroupIp('10.0.0.1')).toBe(false);
  });
});

describe('a NIC of the root namespace', () => {
  it.each([
    ['eth0', 'physical'],
    ['ens3', 'physical'],
    ['bond0', 'physical'],
    ['lo', 'loopback'],
    ['cni0', 'bridge'],
    ['br-1a2b', 'bridge'],
    ['flannel.1', 'tunnel'],
    ['vxlan.calico', 'tunnel'],
    ['ovn0', 'tunnel'],
    ['veth12', 'pod-end'],
    ['cali1a2b', 'pod-end'],
    ['lxc_health', 'pod-end'],
    ['3fa2b1_h', 'pod-end'],
  ])('%s is %s by its name', (name, kind) => expect(nicKindOfName(name)).toBe(kind));

  it('is what the kernel calls it', () => {
    expect(nicKindOfLink('', 'eth0')).toBe('physical');
    expect(nicKindOfLink('veth', 'vethx')).toBe('pod-end');
    expect(nicKindOfLink('veth', 'eth0')).toBe('physical');
    expect(nicKindOfLink('vxlan', 'eth7')).toBe('tunnel');
    expect(nicKindOfLink('whatever', 'x0')).toBe('other');
  });
});
