import { describe, expect, it } from 'vitest';
import type { FlowPeer } from '../../src/replay/flow-record.js';
import { createLabelMemory } from '../../src/replay/label-memory.js';
import type { PeerLabel } from '../../src/replay/labeler.js';
import { flowPeer } from './support/flow-record.js';

const server = flowPeer({ ip: '10.0.0.2', mac: 2 });
const clientOf = (more: Partial<FlowPeer>) => flowPeer({ ip: '10.0.0.1', mac: 1, ...more });

function label(more: Partial<PeerLabel> = {}): PeerLabel {
  const unknown = { localMac: false, localIp: false, epc: 0, macOwner: null, ipOwner: null, steps: [] };
  return { ...unknown, ownVpc: false, ip: '', ...more };
}
const ofVpc = (epc: number) => label({ epc, ownVpc: true });

describe('the labels of peers', () => {
  it('are found again for these peers, in either direction, and for no others', () => {
    const memory = createLabelMemory();
    const [client, ofClient, ofServer] = [clientOf({}), ofVpc(1), ofVpc(1)];
    expect(memory.find(client, server)).toBeNull();
    memory.add(client, server, [ofClient, ofServer]);
    const found = memory.find(clientOf({ port: 9, packets: 7 }), server);
    expect([found?.[0] === ofClient, found?.[1] === ofServer]).toEqual([true, true]);
    expect(memory.find(server, client)?.[0]).toBe(ofServer);
    for (const other of [{ ip: '10.0.0.3' }, { mac: 3 }, { l2End: true }, { l3End: true }]) {
      expect(memory.find(clientOf(other), server)).toBeNull();
      expect(memory.find(server, clientOf(other))).toBeNull();
    }
  });

  it('are told apart by MACs of 48 bits and both local ends', () => {
    const memory = createLabelMemory();
    const peers = [0, 1, 2 ** 32, 2 ** 47, 2 ** 48 - 1].flatMap((mac) =>
      [false, true].flatMap((l2End) => [false, true].map((l3End) => clientOf({ mac, l2End, l3End }))),
    );
    const labels = peers.map(() => ofVpc(1));
    for (const [i, peer] of peers.entries()) memory.add(peer, server, [labels[i] ?? label(), ofVpc(2)]);
    expect(peers.map((peer) => labels.indexOf(memory.find(peer, server)?.[0] ?? label()))).toEqual([...labels.keys()]);
  });

  it('that rest on the VPC of the other peer are found beside peers of that VPC only', () => {
    const memory = createLabelMemory();
    const client = clientOf({});
    const servers = [1, 2, 3].map((mac) => flowPeer({ ip: '10.0.0.2', mac }));
    const [inOne, inTwo, nowhere] = servers;
    if (inOne === undefined || inTwo === undefined || nowhere === undefined) throw new Error('three are needed');
    const [besideOne, besideTwo, besideNone] = [label({ epc: 1 }), label({ epc: 2 }), label()];
    memory.add(client, inOne, [besideOne, ofVpc(1)]);
    // Of which the own label is known, but none of the client beside it.
    memory.add(clientOf({ ip: '10.0.0.9' }), inTwo, [ofVpc(1), ofVpc(2)]);
    expect(memory.find(client, inTwo)).toBeNull();
    expect(memory.find(inTwo, client)).toBeNull();
    memory.add(client, inTwo, [besideTwo, ofVpc(2)]);
    memory.add(client, nowhere, [besideNone, label()]);
    expect(servers.map((peer) => memory.find(client, peer)?.[0])).toEqual([besideOne, besideTwo, besideNone]);
    expect(servers.map((peer) => memory.find(peer, client)?.[1])).toEqual([besideOne, besideTwo, besideNone]);
  });

  it('of one address with ever other MACs are right or forgotten: the first ones soon, the last one never', () => {
    const memory = createLabelMemory();
    const added = Array.from({ length: 10_000 }, (_, mac) => [clientOf({ mac }), ofVpc(mac % 7)] as const);
    const found = ([client]: readonly [FlowPeer, PeerLabel]) => memory.find(client, server)?.[0];
    const wrong: unknown[] = [];
    for (const [at, one] of added.entries()) {
      memory.add(one[0], server, [one[1], ofVpc(1)]);
      const old = added[at - 100];
      if (found(one) !== one[1] || (old !== undefined && found(old) !== undefined)) wrong.push(one);
    }
    expect(wrong).toEqual([]);
    const kept = added.filter((one) => found(one) !== undefined);
    expect(kept.length).toBeLessThan(100);
    expect(kept.filter((one) => found(one) !== one[1])).toEqual([]);
  });

  it('of ever other addresses are right or forgotten, too', () => {
    const memory = createLabelMemory();
    const peerAt = (at: number) => clientOf({ ip: `10.9.${at >> 8}.${at & 255}` });
    const added = Array.from({ length: 60_000 }, (_, at) => [peerAt(at), ofVpc(1)] as const);
    for (const [client, ofClient] of added) memory.add(client, server, [ofClient, ofVpc(1)]);
    const kept = added.filter(([client]) => memory.find(client, server) !== null);
    expect(kept.length).toBeLessThanOrEqual(50_000);
    // It fills up anew.
    expect(kept.length).toBeGreaterThan(1_000);
    expect(kept.at(-1)).toBe(added.at(-1));
    expect(kept.filter(([client, ofClient]) => memory.find(client, server)?.[0] !== ofClient)).toEqual([]);
  });
});
