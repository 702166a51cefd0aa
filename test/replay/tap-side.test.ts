import { describe, expect, it } from 'vitest';
import { type AgentType, agentTypes } from '../../src/agent-config/agent-type.js';
import {
  alongPath,
  isTapSide,
  reversed,
  roleOf,
  type TapSide,
  tapSideNumbers,
} from '../../src/replay/observation-point.js';
import { decideTapSide, type PeerInputs, resolutionIds, type TapSideInputs } from '../../src/replay/tap-side.js';
import { decisionTables, fits, type RowInputs, rowFor, tableOf } from '../../src/replay/tap-side-table.js';

const flags = [
  'l2End',
  'l3End',
  'localMac',
  'localIp',
  'tunnelled',
  'unicast',
  'cloud',
  'internet',
  'cloudGateway',
] as const;

function everyRowInputs(): RowInputs[] {
  return Array.from(
    { length: 2 ** flags.length },
    (_, bits) => Object.fromEntries(flags.map((flag, i) => [flag, ((bits >> i) & 1) === 1])) as unknown as RowInputs,
  );
}

function peer(bits: string, epc = 1): PeerInputs {
  const [l2End, l3End, localMac, localIp] = [...bits].map((bit) => bit === '1');
  return { l2End: l2End === true, l3End: l3End === true, localMac: localMac === true, localIp: localIp === true, epc };
}

function inputs(src: string, dst: string, more: Partial<TapSideInputs> = {}): TapSideInputs {
  return {
    signal: 'packet',
    agentType: 8,
    captureNetworkType: 3,
    cloudGateway: false,
    tunnelTier: 0,
    sameMac: false,
    dstUnicast: true,
    src: peer(src),
    dst: peer(dst),
    ...more,
  };
}

describe('the decision tables', () => {
  it('have exactly one row for any inputs, and each row is reached', () => {
    for (const table of decisionTables) {
      const reached = new Set<string>();
      for (const row of everyRowInputs()) {
        const fitting = table.rows.filter(({ when }) => fits(when, row));
        expect(fitting.length, `${table.name} ${JSON.stringify(row)}`).toBe(1);
        reached.add(rowFor(table, row).id);
      }
      expect([...reached].sort()).toEqual(table.rows.map(({ id }) => id).sort());
    }
  });

  it('decide for six types of agents', () => {
    for (const { value } of agentTypes) expect(tableOf(value).agentTypes).toContain(value);
    expect(decisionTables.flatMap((table) => table.agentTypes).length).toBe(agentTypes.length);
    expect(() => tableOf(1 as unknown as AgentType)).toThrow(RangeError);
  });
});

/** l2_end, l3_end, local MAC, local IP of the peer asked; `-` both. Restated by hand from the agent's behaviour. */
const kubernetesRows: readonly (readonly [string, 'tier 0' | 'tier 1', 'endpoint' | 'node' | 'none', string])[] = [
  ['11--', 'tier 0', 'endpoint', 'k8s/endpoint'],
  ['11--', 'tier 1', 'node', 'k8s/encapsulating-node'],
  ['10-1', 'tier 0', 'node', 'k8s/routing-node'],
  ['10-1', 'tier 1', 'node', 'k8s/routing-node'],
  ['10-0', 'tier 1', 'node', 'k8s/tunnel-between-nodes'],
  ['10-0', 'tier 0', 'none', 'k8s/passing-through'],
  ['011-', 'tier 0', 'node', 'k8s/switching-node'],
  ['011-', 'tier 1', 'node', 'k8s/switching-node'],
  ['010-', 'tier 0', 'none', 'k8s/remote-peer'],
  ['010-', 'tier 1', 'none', 'k8s/remote-peer'],
  ['0011', 'tier 0', 'node', 'k8s/switched-and-routed'],
  ['0011', 'tier 1', 'node', 'k8s/switched-and-routed'],
  ['0010', 'tier 1', 'node', 'k8s/tunnel-of-local-mac'],
  ['0010', 'tier 0', 'none', 'k8s/flooded'],
  ['000-', 'tier 0', 'none', 'k8s/unknown-peer'],
  ['000-', 'tier 1', 'none', 'k8s/unknown-peer'],
];

function expand(bits: string): string[] {
  const at = bits.indexOf('-');
  return at < 0 ? [bits] : ['0', '1'].flatMap((bit) => expand(bits.slice(0, at) + bit + bits.slice(at + 1)));
}

describe.each([7, 8, 12] as const)('an agent of type %i', (agentType) => {
  const absent = '0000';

  it.each(kubernetesRows)('%s at %s: %s', (bits, tier, answer, rowId) => {
    const tunnelTier = tier === 'tier 0' ? 0 : 1;
    for (const each of expand(bits)) {
      const asSource = decideTapSide(inputs(each, absent, { agentType, tunnelTier }));
      expect(asSource.sourceRow?.id).toBe(rowId);
      expect(asSource.tapSide).toBe({ endpoint: 'c', node: 'c-nd', none: 'rest' }[answer]);
      const asDestination = decideTapSide(inputs(absent, each, { agentType, tunnelTier: tunnelTier * 2 }));
      expect(asDestination.destinationRow?.id).toBe(rowId);
      expect(asDestination.tapSide).toBe({ endpoint: 's', node: 's-nd', none: 'rest' }[answer]);
      expect(asDestination.edges.length).toBe(answer === 'none' ? 0 : 1);
    }
  });

  it('calls equal MACs local', () => {
    const decision = decideTapSide(inputs('1111', '1111', { agentType, sameMac: true }));
    expect(decision).toMatchObject({ tapSide: 'local', decidedBy: 'same-mac', sourceRow: null });
  });
});

describe('two answers', () => {
  const cases: readonly (readonly [string, string, Partial<TapSideInputs>, TapSide, string])[] = [
    // the veth of the client, the server on the same node
    ['1111', '0111', {}, 'c', 'source-end'],
    ['0111', '1111', {}, 's', 'destination-end'],
    // a source whose MAC is this NIC's, routed for; the destination is switched
    ['1011', '0111', {}, 'c-nd', 'source-end'],
    ['0111', '1011', {}, 's-nd', 'destination-end'],
    // a bridge between two local Pods
    ['0111', '0111', {}, 'c-nd', 'source-local'],
    // loopback through zero MACs
    ['1111', '1111', {}, 'c', 'source-local'],
    ['1101', '1111', {}, 's', 'destination-local'],
    ['1101', '1101', {}, 'rest', 'undecided'],
    ['1111', '0111', { captureNetworkType: 1 }, 'rest', 'idc'],
  ];

  it.each(cases)('source %s, destination %s, %j: %s by %s', (src, dst, more, tapSide, resolution) => {
    const decision = decideTapSide(inputs(src, dst, more));
    expect(decision.tapSide).toBe(tapSide);
    expect(decision.resolution?.id).toBe(resolution);
    expect(decision.edges.length).toBe(tapSide === 'rest' ? 2 : 1);
    expect(decision.decidedBy).toBe(
      tapSide === 'rest'
        ? `both/${resolution}`
        : tapSide.startsWith('c')
          ? decision.sourceRow?.id
          : decision.destinationRow?.id,
    );
  });

  it('are resolved by each rule', () => {
    expect(new Set(cases.map(([, , , , resolution]) => resolution))).toEqual(new Set(resolutionIds));
  });
});

describe('agents on cloud hosts and servers', () => {
  it.each([3, 5] as const)('type %i', (agentType) => {
    const decide = (src: string, dst: string, more: Partial<TapSideInputs> = {}) =>
      decideTapSide(inputs(src, dst, { agentType, ...more })).tapSide;
    expect(decide('1100', '0000')).toBe('c');
    expect(decide('0000', '1100', { tunnelTier: 1 })).toBe('s');
    expect(decide('1011', '0000')).toBe('s-gw');
    expect(decide('0000', '1011')).toBe('c-gw');
    expect(decide('0000', '1011', { dstUnicast: false })).toBe('rest');
    expect(decide('1011', '0000', { dstUnicast: false })).toBe('s-gw');
    expect(decide('0111', '0111')).toBe('rest');
    expect(decide('0000', '0000', { sameMac: true })).toBe('local');
  });
});

describe('a dedicated mirror collector', () => {
  const decide = (src: PeerInputs, dst: PeerInputs, more: Partial<TapSideInputs> = {}) =>
    decideTapSide({ ...inputs('0000', '0000', { agentType: 6, ...more }), src, dst });

  it('goes by the MAC in the cloud network', () => {
    expect(decide(peer('1000'), peer('0000')).tapSide).toBe('c');
    expect(decide(peer('0000'), peer('1000')).tapSide).toBe('s');
    expect(decide(peer('1000'), peer('0000'), { cloudGateway: true }).tapSide).toBe('s-gw');
    expect(decide(peer('0000'), peer('1000'), { cloudGateway: true }).tapSide).toBe('c-gw');
    expect(decide(peer('0111'), peer('0111')).tapSide).toBe('rest');
  });

  it('goes by the Internet in an IDC network, and keeps both ends', () => {
    expect(decide(peer('0000'), peer('0000', -2), { captureNetworkType: 4 }).tapSide).toBe('c');
    expect(decide(peer('0000', -2), peer('0000'), { captureNetworkType: 4 }).tapSide).toBe('s');
    const both = decide(peer('0000'), peer('0000'), { captureNetworkType: 4 });
    expect(both).toMatchObject({ tapSide: 'rest', edges: ['c', 's'], resolution: { id: 'idc' } });
  });

  it('knows no loopback', () => {
    expect(decide(peer('1000'), peer('0000'), { sameMac: true }).tapSide).toBe('c');
  });
});

describe('other signals', () => {
  it('takes a system call by its local end', () => {
    expect(decideTapSide(inputs('1000', '0000', { signal: 'ebpf' })).tapSide).toBe('c-p');
    expect(decideTapSide(inputs('0000', '1000', { signal: 'ebpf' })).tapSide).toBe('s-p');
    expect(decideTapSide(inputs('1000', '1000', { signal: 'ebpf' })).tapSide).toBe('c-p');
    expect(decideTapSide(inputs('0000', '0000', { signal: 'ebpf' }))).toMatchObject({
      tapSide: 'rest',
      edges: ['c-p', 's-p'],
    });
  });

  it('leaves xFlow at rest', () => {
    expect(decideTapSide(inputs('1111', '0000', { signal: 'xflow' })).tapSide).toBe('rest');
  });
});

describe('the names of observation points', () => {
  it('have role and place in their number', () => {
    for (const side of Object.keys(tapSideNumbers).filter(isTapSide)) {
      expect(roleOf(side)).toBe(side.startsWith('c') ? 'client' : side.startsWith('s') ? 'server' : 'none');
      expect(reversed(reversed(side))).toBe(side);
    }
    expect(reversed('c-nd')).toBe('s-nd');
    expect(reversed('s')).toBe('c');
    expect(reversed('rest')).toBe('rest');
    expect(isTapSide('toString')).toBe(false);
  });

  it('are sorted along the path', () => {
    expect(alongPath(['s-p', 's', 'c-p', 's-nd', 'c-nd', 'c', 's'])).toEqual(['c-p', 'c', 'c-nd', 's-nd', 's', 's-p']);
  });
});
