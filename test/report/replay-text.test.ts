import { describe, expect, it } from 'vitest';
import { replayExplanations } from '../../src/report/replay-explain.js';
import { replayText } from '../../src/report/replay-text.js';
import { createStyle } from '../../src/report/style.js';
import { largeSite } from './support/large-site.js';
import { replayed } from './support/replayed.js';

const plain = createStyle(false);

/** Cells of the lines of a conversation's path: sign, point, place. */
function pathLines(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => /^ {4}[+~=x!?-] {2}\S/.test(line))
    .map((line) => line.trim().split(/\s{2,}/));
}

describe('the table of a replay', () => {
  it('shows the points in the order of the path, with packets, loss and latency', () => {
    const text = replayText(replayed('flannel-vxlan', 'cross', { expect: { cni: 'veth' } }), plain, 20);
    expect(pathLines(text).map(([sign, point, place]) => `${sign} ${point} ${place}`)).toEqual([
      '+ c-p n1 system calls',
      '+ c n1 vethp1a',
      '+ c-nd n1 eth0',
      '+ s-nd n2 eth0',
      '+ s n2 vethp2a',
      '+ s-p n2 system calls',
    ]);
    expect(pathLines(text)[2]).toEqual([
      '+',
      'c-nd',
      'n1 eth0',
      '10',
      '7',
      '0 lost, 1.08 ms',
      'VXLAN 1 10.10.0.1 > 10.10.0.2',
    ]);
    expect(text).toContain('tcp default/p1a 10.244.1.10:49082 -> default/p2a 10.244.2.10:8080  cross-node  pass');
    expect(text).toContain('cross-node: 1 of 1 conversation passed');
    expect(text).toMatch(
      /^PASS {2}veth\/cross-node: 1 conversation judged, 1 passed, 0 failed, 0 not judged; 196 packets in 12 captures$/m,
    );
  });

  it('tells what became of every packet of a capture', () => {
    const text = replayText(replayed('flannel-vxlan', 'cross', { expect: { cni: 'veth' } }), plain, 20);
    expect(text).toMatch(/n1 eth0 +19 +3\.77 kB +17 +1 +captured +in no flow: 2 arp$/m);
    expect(text).toMatch(/n1 cni0 .*left out +tap_interface_regex does not match cni0; in no flow: 4 arp$/m);
    expect(text).toMatch(/Pod default\/p1a eth0 .*taken inside Pod default\/p1a: listed, not judged/);
  });

  it('names what is missing, why it was expected, and the setting that brings it back', () => {
    const text = replayText(replayed('macvlan', 'same', { expect: { cni: 'macvlan' } }), plain, 20);
    expect(pathLines(text).map(([sign, point]) => `${sign} ${point}`)).toEqual(['+ c-p', 'x c', '+ s', '+ s-p']);
    expect(pathLines(text)[1]).toContain('MISSING');
    expect(text).toContain('    missing: c\n');
    expect(text).toContain('expected because both MACs are local');
    expect(text).toContain('the row presupposes tap_mode: 1; node n1 has 0');
    expect(text).toMatch(/1\. virtual-mirror\n.*\n {5}set {2}tap_mode: 1\n {10}tap_interface_regex: eth0\n/);
    expect(text).toContain('seen n1 eth0, macvlan/same/n1-eth0.pcap, packets 2 to 18');
    expect(text).toContain('filter: host 10.10.0.110 and host 10.10.0.111 and port 57800 and port 8080');
    expect(text).toMatch(/^FAIL {2}macvlan\/same-node/m);
  });

  it('marks packets that stand for both ends', () => {
    const mirrored = { expect: { cni: 'macvlan' }, agent: { tap_mode: 1, tap_interface_regex: 'eth0' } };
    const text = replayText(replayed('macvlan', 'same', mirrored), plain, 20);
    expect(pathLines(text)[1]).toEqual(['=', 'c', 'n1 eth0', '10', '7', 'the same packets as s']);
    expect(text).toContain('17 counted for both ends');
    expect(text).toMatch(/^PASS/m);
  });

  it('marks what shows one direction, and what nobody expects', () => {
    const seen = replayText(replayed('cilium-peer', 'same'), plain, 20);
    expect(pathLines(seen)[1]).toEqual(['~', 'c', 'n1 lxcp1a', '10', '0', 'client to server only']);
    const judged = replayText(replayed('cilium-peer', 'cross', { expect: { cni: 'cilium' } }), plain, 20);
    expect(pathLines(judged)[1]).toEqual(['!', 'c', 'n1 lxcp1a', '10', '0', 'not expected; client to server only']);
    expect(judged).toContain('Pod NIC: not expected, and seen on n1 lxcp1a, n2 lxcp2a');
  });

  it('does not judge what nothing is expected of, and says how to', () => {
    const text = replayText(replayed('cilium-peer', 'same'), plain, 20);
    expect(text).toMatch(/^NOT JUDGED {2}nothing is expected: name a row with --expect/m);
    expect(text).not.toContain('Coverage');
  });

  it('is never green where nothing was judged', () => {
    const other = { expect: { cni: 'veth', span: 'same-node' } };
    expect(replayText(replayed('flannel-vxlan', 'cross', other), plain, 20)).toMatch(/^NOTHING JUDGED/m);
  });

  it('leaves system calls open where the site names none', () => {
    const text = replayText(replayed('flannel-vxlan', 'same', { expect: { cni: 'veth' }, syscalls: false }), plain, 20);
    expect(
      pathLines(text)
        .map(([sign, point]) => `${sign} ${point}`)
        .slice(0, 4),
    ).toEqual(['? c-p', '+ c', '+ s', '? s-p']);
    expect(text).toContain('c-p, s-p are not judged: the site names no file of system calls');
  });

  it('writes out the first, failures before the others, and counts the rest', () => {
    const text = replayText(largeSite(20, 10, { broken: 2 }), plain, 3);
    expect(text.match(/ FAIL$/gm)).toHaveLength(2);
    expect(text.match(/ pass$/gm)).toHaveLength(3);
    expect(text.indexOf(' FAIL\n')).toBeLessThan(text.indexOf(' pass\n'));
    expect(text).toContain('... and 5 more that have passed');
    expect(text).toContain('... and 37 more');
  });

  it('has colours only where they are wanted', () => {
    const result = replayed('macvlan', 'same', { expect: { cni: 'macvlan' } });
    const escapeCode = String.fromCharCode(27);
    expect(replayText(result, plain, 20)).not.toContain(escapeCode);
    expect(replayText(result, createStyle(true), 20)).toContain(`${escapeCode}[31m`);
  });
});

describe('explanations', () => {
  it('give each input of the decision and the row that decided', () => {
    const { report } = replayed('flannel-vxlan', 'cross', { expect: { cni: 'veth' } });
    const text = replayExplanations(report, plain, 20);
    expect(text).toContain('c-p at n1: a system call of the client, which decides alone');
    const [, ofNode = ''] = text.split('  c-nd at n1 eth0');
    expect(ofNode).toMatch(/^, flow \d+: decided by k8s\/\S+\n/);
    expect(ofNode).toMatch(/agent type 8, capture network 3 \(cloud\), tunnel tier 1, both MACs equal: 0/);
    expect(ofNode).toMatch(/l2_end +1 +0\n/);
    expect(ofNode).toMatch(
      /address +10\.244\.1\.10 +10\.244\.2\.10\n +belongs to +pod default\/p1a eth0 \(MAC given\)/,
    );
    expect(ofNode).toMatch(/row of the table +k8s\/\S+ +k8s\/unknown-peer\n/);
    expect(ofNode).toMatch(/and answers +c-nd +nothing\n/);
  });

  it('are counted beyond the limit', () => {
    expect(replayExplanations(largeSite(20, 10).report, plain, 4)).toContain('... and 6 more');
  });
});
