import { expect, it } from 'vitest';
import { captureNotes } from '../../src/replay/capture-notes.js';
import type { CaptureInterface } from '../../src/replay/core/index.js';
import { run } from '../flow-core/core.js';
import { forth, frame, ipv4, pcapOf, udp } from '../flow-core/packets.js';
import { pcapngWriter } from '../flow-core/pcapng.js';

const { counters } = run(pcapOf(frame(ipv4(forth, 17, udp(1, 2, [])))));
const interfaceOf = (id: number, name: string | null, packets: number): CaptureInterface => ({
  id,
  linkType: 1,
  snaplen: 0,
  name,
  packets,
});
const notes = (...interfaces: readonly CaptureInterface[]) => captureNotes({ counters, interfaces, faults: [] }, 'nic');

it('several interfaces in the capture of one NIC are named', () => {
  expect(notes(interfaceOf(0, 'eth0', 1))).toEqual([]);
  expect(notes(interfaceOf(0, 'eth0', 1), interfaceOf(1, 'lo', 0))).toEqual([]);
  expect(notes(interfaceOf(0, 'eth0', 1), interfaceOf(1, null, 2))).toEqual([
    'holds packets of 2 interfaces (eth0, number 1), each with flows of its own, all judged as of this NIC',
  ]);
  expect(notes(interfaceOf(0, 'eth0', 1), interfaceOf(1, 'lxc1', 2))).toEqual([
    'holds packets of 2 interfaces (eth0, lxc1), each with flows of its own, all judged as of this NIC; give the NIC by its name there, or any for all of them, to have them told apart',
  ]);
});

it('several interfaces in a list of packets are named, and that is all', () => {
  const interfaces = [interfaceOf(0, 'eth0', 1), interfaceOf(1, 'lxc1', 2)];
  expect(captureNotes({ counters, interfaces, faults: [] }, 'list')).toEqual([
    'holds packets of 2 interfaces (eth0, lxc1)',
  ]);
});

it('packets of other interfaces are told of, unless these are captures of their own', () => {
  const file = pcapngWriter();
  const named = (name: string) => file.interface(1, [[2, [...Buffer.from(name)]]]);
  const packet = frame(ipv4(forth, 17, udp(1, 2, [])));
  const blocks = [
    ...file.section(),
    ...named('eth0'),
    ...named('lxc1'),
    ...file.packet(0, 1n, packet),
    ...file.packet(1, 2n, packet),
  ];
  const outcome = run(Uint8Array.from(blocks), { config: { interfaces: { names: ['eth0'], are: 'taken' } } });
  const read = { ...outcome, faults: [] };
  expect(captureNotes(read, 'nic')).toEqual(['1 packet of other interfaces, which the file holds, too']);
  expect(captureNotes(read, 'one-of-several')).toEqual([]);
});
