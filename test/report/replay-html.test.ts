import { describe, expect, it } from 'vitest';
import type { WrittenReplayReport } from '../../src/replay/replay-report.js';
import { replayHtml } from '../../src/report/replay-html.js';
import type { ReplayResult } from '../../src/report/replay-result.js';
import { drawingOf } from '../../src/report/topology/draw.js';
import { bottom, layOut } from '../../src/report/topology/layout.js';
import { routePaths } from '../../src/report/topology/route.js';
import { largeSite } from './support/large-site.js';
import { listed } from './support/listed.js';
import { replayed } from './support/replayed.js';

const veth = { expect: { cni: 'veth' } };

describe('the page of a replay', () => {
  it('fetches nothing and runs nothing', () => {
    const html = replayHtml(replayed('macvlan', 'same', { expect: { cni: 'macvlan' } }));
    expect(html).not.toMatch(/<(script|link|img|iframe|object)\b|\bsrc=|https?:\/\/|@import|url\((?!#)/);
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  it('holds the verdict, conversations, coverage, advice with its settings, and captures', () => {
    const html = replayHtml(replayed('macvlan', 'same', { expect: { cni: 'macvlan' } }));
    expect(html).toContain('✗ fail');
    expect(html).toContain('missing: c');
    expect(html).toContain('Coverage of macvlan');
    expect(html).toContain('<pre>tap_mode: 1\ntap_interface_regex: eth0</pre>');
    expect(html).toContain('host 10.10.0.110 and host 10.10.0.111 and port 57800 and port 8080');
    expect(html).toContain('in no flow: 2 arp');
  });

  it('escapes every name', () => {
    const { report, captures, topology } = replayed('flannel-vxlan', 'cross', veth);
    const evil = '<script>alert("1")</script>';
    const [pod, ...pods] = topology.pods;
    const [node, ...nodes] = topology.nodes;
    if (pod === undefined || node === undefined) throw new Error('the site has Pods and nodes');
    const rename = <Value>(value: unknown, from: string): Value =>
      JSON.parse(JSON.stringify(value).replaceAll(`"${from}"`, JSON.stringify(evil)));
    const written = rename<WrittenReplayReport>(rename(report, pod.name), node.name);
    const named: ReplayResult = {
      report: { ...written, conversations: listed(...written.conversations), site: evil },
      captures: rename<typeof captures>(captures, node.name).map((capture) => ({
        ...capture,
        note: evil,
        files: [evil],
      })),
      topology: {
        ...topology,
        pods: [{ ...pod, name: evil, node: evil }, ...pods],
        nodes: [{ ...node, name: evil }, ...nodes],
      },
    };
    const html = replayHtml(named);
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script&gt;');
  });

  it('is made of anything that a replay reports, empty ones too', () => {
    const { report, topology } = replayed('flannel-vxlan', 'cross');
    const empty = { ...report, conversations: listed(), captures: [] };
    expect(replayHtml({ report: empty, captures: [], topology: { nodes: [], pods: [], vips: [] } })).toContain(
      'not judged',
    );
    expect(replayHtml({ report: empty, captures: [], topology })).toContain('class="node"');
  });
});

describe('the drawing', () => {
  it('puts points where they were seen, and missing ones where they should have been', () => {
    const [n1] = drawingOf(replayed('flannel-vxlan', 'cross', veth)).nodes;
    expect(n1?.pods[0]?.badges.map(({ tapSide, status }) => [tapSide, status])).toEqual([['c-p', 'seen']]);
    expect(n1?.pods[0]?.end?.badges.map(({ tapSide }) => tapSide)).toEqual(['c']);
    expect(n1?.nics.map(({ name, state }) => [name, state])).toEqual([
      ['eth0', 'captured'],
      ['cni0', 'left-out'],
      ['flannel.1', 'left-out'],
    ]);
    expect(n1?.nics[0]?.badges.map(({ tapSide }) => tapSide)).toEqual(['c-nd']);

    const [bad] = drawingOf(replayed('macvlan', 'same', { expect: { cni: 'macvlan' } })).nodes;
    expect(bad?.pods[0]?.end).toBeNull();
    expect(bad?.nics[0]?.badges.map(({ tapSide, status, fails }) => [tapSide, status, fails])).toEqual([
      ['c', 'missing', true],
      ['s', 'seen', false],
    ]);
  });

  it('draws one path for all conversations between two ends', () => {
    const { paths } = drawingOf(largeSite(5, 5, { broken: 1 }));
    expect(paths).toHaveLength(5);
    expect(paths[0]).toMatchObject({ number: 1, conversations: 1, failed: 1 });
  });

  it('draws of a large site those that take part, and says what it leaves out', () => {
    const { nodes, paths, leftOut } = drawingOf(largeSite(60, 20));
    expect(nodes).toHaveLength(21);
    expect(nodes[0]?.pods.map(({ name }) => name)).toEqual(['web-1-1']);
    expect(nodes[0]?.morePods).toBe(1);
    expect(paths).toHaveLength(12);
    expect(leftOut).toEqual(['39 nodes without part in these conversations', '8 paths between other ends']);
  });

  it.each([1, 2, 5, 12, 30])('lays %i nodes out without one covering another, paths inside the picture', (count) => {
    const drawing = drawingOf(largeSite(count, Math.max(1, count - 1)));
    const layout = layOut(drawing);
    const boxes = layout.nodes.map(({ box }) => box);
    for (const [i, a] of boxes.entries()) {
      expect(a.x + a.width).toBeLessThan(layout.width);
      expect(bottom(a)).toBeLessThan(layout.height);
      for (const b of boxes.slice(i + 1)) {
        expect(a.x + a.width <= b.x || b.x + b.width <= a.x || bottom(a) <= b.y || bottom(b) <= a.y).toBe(true);
      }
    }
    const routed = routePaths(drawing.paths, layout);
    expect(routed).toHaveLength(drawing.paths.length);
    for (const { corners } of routed) {
      expect(corners.length).toBeGreaterThan(1);
      for (const [i, { x, y }] of corners.entries()) {
        expect(x >= 0 && x <= layout.width && y >= 0 && y <= layout.height).toBe(true);
        const next = corners[i + 1];
        if (next !== undefined) expect(next.x === x || next.y === y).toBe(true);
      }
    }
  });
});
