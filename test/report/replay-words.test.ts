import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { byteText, count, durationText, timeText } from '../../src/report/quantities.js';
import { addressText, settingLines } from '../../src/report/replay-words.js';

describe('a setting', () => {
  it.each([
    ['tap_mode: 1; tap_interface_regex: eth0', { tap_mode: 1, tap_interface_regex: 'eth0' }],
    ['decap_type: [1, 2, 4]', { decap_type: [1, 2, 4] }],
    ['tap_interface_regex: ^(eth.*|[0-9a-f]+_h)$', { tap_interface_regex: '^(eth.*|[0-9a-f]+_h)$' }],
    ['tap_interface_regex: [ab]+ # x', { tap_interface_regex: '[ab]+ # x' }],
    ['tap_interface_regex: eth0: #', { tap_interface_regex: 'eth0: #' }],
    [
      'inputs.cbpf.af_packet.bond_interfaces: [{ slave_interfaces: [eth0, eth1] }]',
      { 'inputs.cbpf.af_packet.bond_interfaces': [{ slave_interfaces: ['eth0', 'eth1'] }] },
    ],
  ])('%s is YAML that means what it says', (setting, meaning) => {
    expect(parse((settingLines(setting) ?? []).join('\n'))).toEqual(meaning);
  });

  it.each([
    'capture again with tcpdump -s 0',
    'tap_interface_regex: an expression that leaves out cni0',
    'keep client addresses (Kube-OVN: enable-lb; Services: externalTrafficPolicy Local)',
  ])('%s is a sentence', (setting) => expect(settingLines(setting)).toBeNull());
});

describe('quantities', () => {
  it('are written in units that suit', () => {
    expect([0, 999, 1000, 1075, 999_999, 61_000_000].map(durationText)).toEqual([
      '0 us',
      '999 us',
      '1 ms',
      '1.08 ms',
      '1000 ms',
      '61 s',
    ]);
    expect([0, 999, 1000, 3770, 999_999, 10_000_000_000].map(byteText)).toEqual([
      '0 B',
      '999 B',
      '1 kB',
      '3.77 kB',
      '1 MB',
      '10 GB',
    ]);
    expect(count(1, 'packet')).toBe('1 packet');
    expect(count(12_345, 'packet')).toBe('12,345 packets');
    expect(timeText(1_795_289_884_481_971)).toBe('2026-11-21 19:38:04.481');
    expect(timeText(Number.MAX_VALUE)).toMatch(/ us$/);
  });

  it('keep IPv6 addresses and ports apart', () => {
    expect(addressText({ ip: '2001:db8::1', port: 80 }, 6)).toBe('[2001:db8::1]:80');
    expect(addressText({ ip: '10.0.0.1', port: 0 }, 1)).toBe('10.0.0.1');
  });
});
