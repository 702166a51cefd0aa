import { expect, it } from 'vitest';
import { parseIpAddrText } from '../../src/platform/ip-addr-text.js';

const text = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
2: eth0@if7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether 02:00:00:00:00:0A brd ff:ff:ff:ff:ff:ff link-netnsid 0
    inet 10.0.0.1/24 brd 10.0.0.255 scope global eth0
       valid_lft forever preferred_lft forever
    inet6 fe80::1/64 scope link
3: tun0: <POINTOPOINT> mtu 1500
    link/none
    inet 10.9.0.1 peer 10.9.0.2/32 scope global tun0
`;

it('reads NICs that have a MAC, with all their addresses', () => {
  expect(parseIpAddrText(text)).toEqual([
    {
      name: 'eth0',
      mac: '02:00:00:00:00:0a',
      ips: [
        { ip: '10.0.0.1', prefix: 24 },
        { ip: 'fe80::1', prefix: 64 },
      ],
    },
  ]);
});

it.each([
  '',
  'Command "addr" is unknown',
  '1:',
  '    inet 10.0.0.1/24',
  `2: ${'x'.repeat(100_000)}:\n link/ether zz\n`,
])('reads nothing from what is something else: %.20j', (other) => {
  expect(parseIpAddrText(other)).toEqual([]);
});
