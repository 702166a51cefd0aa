import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parseDocument } from 'yaml';
import { pcapngWriter } from '../../flow-core/pcapng.js';

interface GivenCapture {
  readonly node?: string;
  readonly nic?: string;
  readonly pod?: string;
  readonly file?: string;
}

/** How the captures of a site name their NICs once each node's packets are in one pcapng file. */
export type Naming = 'each-nic' | 'any';

/**
 * Copies a recording so that the captures of each node are one pcapng file with an interface for each NIC, as
 * `dumpcap -i eth0 -i lxc1` writes it, and gives the folder of the copy to `use`.
 */
export async function withOneFilePerNode<Result>(
  folder: string,
  naming: Naming,
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  const copy = mkdtempSync(join(tmpdir(), 'plumbline-interfaces-'));
  try {
    for (const name of readdirSync(folder)) copyFileSync(join(folder, name), join(copy, name));
    const document = parseDocument(readFileSync(join(folder, 'site.yaml'), 'utf8'));
    const captures = document.toJS().captures as readonly GivenCapture[];
    const nodes = [...new Set(captures.flatMap(({ node, pod }) => (pod === undefined ? (node ?? []) : [])))];
    for (const node of nodes) {
      const own = captures.filter((capture) => capture.node === node && capture.pod === undefined);
      const files = own.map(({ nic = '', file = '' }) => ({ nic, packets: packetsOf(join(folder, file)) }));
      writeFileSync(join(copy, `${node}-any.pcapng`), merged(files));
      for (const { file } of own) rmSync(join(copy, file ?? ''));
    }
    const placed = captures.flatMap((capture): GivenCapture[] => {
      if (capture.node === undefined || capture.pod !== undefined) return [capture];
      const file = `${capture.node}-any.pcapng`;
      if (naming === 'each-nic') return [{ ...capture, file }];
      const isFirst = captures.find(({ node, pod }) => node === capture.node && pod === undefined) === capture;
      return isFirst ? [{ node: capture.node, nic: 'any', file }] : [];
    });
    document.set('captures', placed);
    writeFileSync(join(copy, 'site.yaml'), document.toString());
    return await use(copy);
  } finally {
    rmSync(copy, { recursive: true });
  }
}

interface Packet {
  readonly nanoseconds: bigint;
  readonly wire: number;
  readonly bytes: Uint8Array;
}

function packetsOf(path: string): Packet[] {
  const raw = readFileSync(path);
  const file = raw[0] === 0x1f ? gunzipSync(raw) : raw;
  const magic = file.readUInt32LE(0);
  if ((magic !== 0xa1b2c3d4 && magic !== 0xa1b23c4d) || file.readUInt32LE(20) !== 1)
    throw new Error(`${path}: ${magic}`);
  const unit = magic === 0xa1b2c3d4 ? 1000n : 1n;
  const packets: Packet[] = [];
  for (let at = 24; at < file.length; ) {
    const captured = file.readUInt32LE(at + 8);
    packets.push({
      nanoseconds: BigInt(file.readUInt32LE(at)) * 1_000_000_000n + BigInt(file.readUInt32LE(at + 4)) * unit,
      wire: file.readUInt32LE(at + 12),
      bytes: file.subarray(at + 16, at + 16 + captured),
    });
    at += 16 + captured;
  }
  return packets;
}

/** In the order of time, as programs write what several interfaces bring. */
function merged(files: readonly { readonly nic: string; readonly packets: readonly Packet[] }[]): Uint8Array {
  const writer = pcapngWriter();
  const nanoseconds = [9, [9]] as const;
  const interfaces = files.map(({ nic }) => writer.interface(1, [[2, [...Buffer.from(nic)]], nanoseconds]));
  const packets = files
    .flatMap((file, id) => file.packets.map((packet) => ({ ...packet, id })))
    .sort((a, b) => Number(a.nanoseconds - b.nanoseconds));
  return Buffer.concat([
    Uint8Array.from([...writer.section(), ...interfaces.flat()]),
    ...packets.map((packet) =>
      Uint8Array.from(writer.packet(packet.id, packet.nanoseconds, [...packet.bytes], packet.wire)),
    ),
  ]);
}
