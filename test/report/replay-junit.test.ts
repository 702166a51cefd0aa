import { describe, expect, it } from 'vitest';
import { replayJunit } from '../../src/report/replay-junit.js';
import { largeSite } from './support/large-site.js';
import { listed } from './support/listed.js';
import { replayed } from './support/replayed.js';

describe('JUnit of a replay', () => {
  it('has a case for each judged conversation and one for the coverage', () => {
    const xml = replayJunit(replayed('flannel-vxlan', 'cross', { expect: { cni: 'veth' } }).report);
    expect(xml).toContain('<testsuites name="plumbline replay" tests="2" failures="0" errors="0" skipped="0">');
    expect(xml).toContain(
      '<testcase classname="cross-node" name="tcp default/p1a 10.244.1.10:49082 -&gt; default/p2a 10.244.2.10:8080"/>',
    );
    expect(xml).toContain('<testcase classname="coverage" name="veth/cross-node"/>');
  });

  it('tells in a failure the path, the reasons and the advice', () => {
    const xml = replayJunit(replayed('macvlan', 'same', { expect: { cni: 'macvlan' } }).report);
    expect(xml).toContain('tests="2" failures="2"');
    expect(xml).toMatch(/<failure type="tap-sides" message="missing: c; Pod NIC: expected/);
    expect(xml).toContain('\nx c: missing\n+ s at n1 eth0: seen\n');
    expect(xml).toMatch(/<failure type="coverage" message="0 of 1 conversations passed">/);
    expect(xml).toContain('tap_mode: 1; tap_interface_regex: eth0');
    expect(xml).toContain('10.10.0.110:57800 &gt; 10.10.0.111:8080');
  });

  it('fails where nothing was judged, and skips where nothing is expected', () => {
    const nothing = replayJunit(
      replayed('flannel-vxlan', 'cross', { expect: { cni: 'veth', span: 'same-node' } }).report,
    );
    expect(nothing).toContain('tests="1" failures="1"');
    expect(nothing).toContain('nothing was judged');
    expect(replayJunit(replayed('flannel-vxlan', 'cross').report)).toContain('failures="0" errors="0" skipped="1"');
  });

  it('counts as it lists', () => {
    const xml = replayJunit(largeSite(20, 10, { broken: 2 }).report);
    expect(xml.match(/<testcase /g)).toHaveLength(11);
    expect(xml.match(/<failure /g)).toHaveLength(3);
    expect(xml).toContain('name="plumbline replay" tests="11" failures="3"');
  });

  it('escapes names that are none of ours', () => {
    const { report } = replayed('flannel-vxlan', 'cross', { expect: { cni: 'veth' } });
    const [first] = report.conversations;
    if (first === undefined) throw new Error('no conversation');
    const named = { ...first, client: { ...first.client, pod: '<a href="x">&\u0000' } };
    const xml = replayJunit({ ...report, conversations: listed(named) });
    expect(xml).toContain('default/&lt;a href=&quot;x&quot;&gt;&amp;\u{FFFD} 10.244');
  });
});
