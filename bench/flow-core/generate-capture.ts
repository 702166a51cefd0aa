import { closeSync, openSync, writeSync } from 'node:fs';
import type { CapturePlan } from './capture-plan.js';

const chunkSize = 1 << 22;
const longest = 2048;
const start = 1_700_000_000;
const outerLength = 14 + 20 + 8 + 8;

/** Writes a pcap file of conversations in random order: handshake, then data and ACKs both ways. @returns its size */
export function generateCapture(path: string, plan: CapturePlan): number {
  const file = openSync(path, 'w');
  const chunk = Buffer.alloc(chunkSize);
  const random = generator(7);
  const progress = new Uint32Array(plan.flows);
  const sequences = new Uint32Array(plan.flows * 2).map(() => random(0xffff_ffff));
  let at = writeFileHeader(chunk);
  let size = 0;
  for (let i = 0; i < plan.packets; i++) {
    if (at + longest > chunkSize) {
      size += writeSync(file, chunk, 0, at);
      at = 0;
    }
    const flow = random(plan.flows);
    const step = progress[flow] ?? 0;
    progress[flow] = step + 1;
    at = writePacket(chunk, at, { plan, flow, step, time: i * plan.gap, sequences, random });
  }
  size += writeSync(file, chunk, 0, at);
  closeSync(file);
  return size;
}

interface Packet {
  readonly plan: CapturePlan;
  readonly flow: number;
  /** How many packets of the flow came before. */
  readonly step: number;
  readonly time: number;
  /** Next sequence number per flow and side. */
  readonly sequences: Uint32Array;
  readonly random: (limit: number) => number;
}

function writePacket(chunk: Buffer, from: number, packet: Packet): number {
  const { plan, flow, step, time } = packet;
  const isUdp = flow % 100 < plan.udp;
  const isTunnelled = (flow * 7) % 100 < plan.vxlan;
  const side = step < 3 ? step % 2 : packet.random(2);
  const [least, most] = plan.payload;
  const isHandshake = !isUdp && step < 3;
  const payload = isHandshake ? 0 : least + packet.random(most - least + 1);
  const l4 = isUdp ? 8 : 20;
  const length = 14 + 20 + l4 + payload;
  let at = writeRecordHeader(chunk, from, time, length + (isTunnelled ? outerLength : 0));
  if (isTunnelled) at = writeVxlan(chunk, at, side, length, flow % 4096);
  at = writeEthernet(chunk, at, side);
  at = writeIpv4(
    chunk,
    at,
    20 + l4 + payload,
    isUdp ? 17 : 6,
    0x0a000001 + (flow >> 4),
    0x0b000001 + (flow % 251),
    side,
  );
  const ports = [32_768 + (flow % 28_000), isUdp ? 53 : 80 + (flow % 16)];
  chunk.writeUInt16BE(ports[side] ?? 0, at);
  chunk.writeUInt16BE(ports[1 - side] ?? 0, at + 2);
  if (isUdp) {
    chunk.writeUInt16BE(8 + payload, at + 4);
    chunk.writeUInt16BE(0, at + 6);
    return at + 8 + payload;
  }
  const own = flow * 2 + side;
  const sequence = packet.sequences[own] ?? 0;
  const isOpening = isHandshake && step < 2;
  chunk.writeUInt32BE(sequence, at + 4);
  chunk.writeUInt32BE(step === 0 ? 0 : (packet.sequences[flow * 2 + 1 - side] ?? 0), at + 8);
  chunk[at + 12] = 0x50;
  chunk[at + 13] = step === 0 ? 2 : step === 1 && isHandshake ? 18 : payload > 0 ? 24 : 16;
  chunk.writeUInt16BE(1000, at + 14);
  chunk.writeUInt32BE(0, at + 16);
  packet.sequences[own] = sequence + payload + (isOpening ? 1 : 0);
  return at + 20 + payload;
}

function writeFileHeader(chunk: Buffer): number {
  chunk.writeUInt32LE(0xa1b2c3d4, 0);
  chunk.writeUInt16LE(2, 4);
  chunk.writeUInt16LE(4, 6);
  chunk.writeUInt32LE(65_535, 16);
  chunk.writeUInt32LE(1, 20);
  return 24;
}

function writeRecordHeader(chunk: Buffer, at: number, time: number, length: number): number {
  chunk.writeUInt32LE(start + Math.floor(time / 1e6), at);
  chunk.writeUInt32LE(time % 1e6, at + 4);
  chunk.writeUInt32LE(length, at + 8);
  chunk.writeUInt32LE(length, at + 12);
  return at + 16;
}

function writeEthernet(chunk: Buffer, at: number, side: number): number {
  chunk.writeUIntBE(0x02_00_00_00_00_0a + (1 - side), at, 6);
  chunk.writeUIntBE(0x02_00_00_00_00_0a + side, at + 6, 6);
  chunk.writeUInt16BE(0x0800, at + 12);
  return at + 14;
}

function writeIpv4(
  chunk: Buffer,
  at: number,
  length: number,
  protocol: number,
  client: number,
  server: number,
  side: number,
): number {
  chunk.writeUInt32BE(0x4500_0000 | length, at);
  chunk.writeUInt32BE(0x4000, at + 4);
  chunk.writeUInt32BE(0x4000_0000 | (protocol << 16), at + 8);
  chunk.writeUInt32BE(side === 0 ? client : server, at + 12);
  chunk.writeUInt32BE(side === 0 ? server : client, at + 16);
  return at + 20;
}

function writeVxlan(chunk: Buffer, from: number, side: number, inner: number, vni: number): number {
  let at = writeEthernet(chunk, from, side);
  at = writeIpv4(chunk, at, 20 + 8 + 8 + inner, 17, 0xc0a8_0001, 0xc0a8_0002, side);
  chunk.writeUInt16BE(50_000, at);
  chunk.writeUInt16BE(4789, at + 2);
  chunk.writeUInt32BE((16 + inner) << 16, at + 4);
  chunk.writeUInt32BE(0x0800_0000, at + 8);
  chunk.writeUInt32BE(vni << 8, at + 12);
  return at + 16;
}

/** xorshift32: integers from 0 to below the limit. */
function generator(seed: number): (limit: number) => number {
  let x = seed;
  return (limit) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % limit;
  };
}
