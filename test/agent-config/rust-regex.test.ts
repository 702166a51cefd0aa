import { describe, expect, it } from 'vitest';
import { defaultInterfaceRegex } from '../../src/agent-config/keys.js';
import { compileRustRegex } from '../../src/agent-config/rust-regex.js';

function matches(source: string, text: string): boolean {
  const compiled = compileRustRegex(source);
  if (!compiled.ok) throw new Error(compiled.message);
  return compiled.regex.test(text);
}

describe('an expression of an agent group', () => {
  it.each(['eth0', 'ens3', 'enp0s1', 'lxcp1a', 'vethp1a', 'cali12ab', 'lo', '3fa8_h', 'tap0'])(
    'captures %s by default',
    (nic) => expect(matches(defaultInterfaceRegex, nic)).toBe(true),
  );

  it.each(['cni0', 'flannel.1', 'tunl0', 'bond0', 'gke1234', 'ovn0', 'docker0', 'loop', 'xyz_h'])(
    'does not capture %s by default',
    (nic) => expect(matches(defaultInterfaceRegex, nic)).toBe(false),
  );

  it.each([
    ['eth0', 'veth0', true],
    ['(?i)^ETH', 'eth0', true],
    ['(?P<port>eth)\\d', 'eth1', true],
    ['^[[:alpha:]]+$', 'abc', true],
    ['^[[:alpha:]]+$', 'ab1', false],
    ['\\Aeth\\z', 'eth', true],
    ['\\Aeth\\z', 'eth0', false],
    ['^a\\-b\\_c$', 'a-b_c', true],
    ['^a]}$', 'a]}', true],
    ['^[]a]$', ']', true],
    ['^x{2}$', 'xx', true],
  ])('%s on %s gives %s', (source, text, expected) => expect(matches(source, text)).toBe(expected));

  it.each([
    ['(', /group|parenthes/i],
    ['eth[', /not closed/],
    ['(?=eth)', /look-around/],
    ['(eth)\\1', /back-reference/],
    ['a{', /repetition/],
    ['[a&&b]', /set operation/],
    ['\\y', /not an escape/],
    ['eth\\', /lone/],
    ['*', /nothing to repeat/i],
  ])('%s is refused', (source, message) => {
    const compiled = compileRustRegex(source);
    expect(compiled.ok ? 'compiled' : compiled.message).toMatch(message);
  });
});
