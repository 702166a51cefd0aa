import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compileFlowCore, createFlowCore, defaultCoreConfig } from '../../src/replay/core/index.js';

const fixtures = fileURLToPath(new URL('../../../capture-fixtures/', import.meta.url));
const wasm = new URL('../../src/flow-core/flow-core.wasm', import.meta.url);
const fileHeader = 24;
const recordHeader = 16;
const round = 20_000;

/** Feeds so many mutated packets of the recorded captures to the core and checks that its book adds up. */
function main(packets: number): void {
  const compiled = compileFlowCore(readFileSync(wasm));
  const seeds = recordedPackets();
  const random = generator(11);
  let inRecords = 0;
  const core = createFlowCore(
    compiled,
    { ...defaultCoreConfig, decap: [1, 2, 3, 4, 5, 6, 7], flowLimit: 20_000 },
    { onRecord: ({ client, server }) => (inRecords += client.packets + server.packets) },
  );
  const from = performance.now();
  for (let done = 0; done < packets; done += round) {
    core.feed(mutatedFile(seeds, random, done));
    core.endFile();
  }
  const book = core.end();
  const dropped = Object.values(book.dropped).reduce((sum, count) => sum + count, 0);
  const isBalanced = book.packets === book.packetsInFlows + dropped && inRecords === book.injections;
  const seconds = ((performance.now() - from) / 1000).toFixed(1);
  process.stdout.write(
    `${book.packets} packets in ${seconds} s, ${book.flows} flows, book ${isBalanced ? 'adds up' : 'IS WRONG'}\n`,
  );
  process.stdout.write(`${JSON.stringify(book, null, 2)}\n`);
  if (!isBalanced || book.packets !== packets) process.exitCode = 1;
}

function recordedPackets(): Buffer[] {
  const files = readdirSync(fixtures, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.pcap'));
  return files.sort().flatMap((name) => {
    const file = readFileSync(`${fixtures}${name}`);
    const packets: Buffer[] = [];
    for (let at = fileHeader; at + recordHeader <= file.length; ) {
      const length = file.readUInt32LE(at + 8);
      packets.push(file.subarray(at + recordHeader, at + recordHeader + length));
      at += recordHeader + length;
    }
    return packets;
  });
}

function mutatedFile(seeds: readonly Buffer[], random: (limit: number) => number, done: number): Buffer {
  const parts = [Buffer.from('d4c3b2a1020004000000000000000000ffff000001000000', 'hex')];
  for (let i = 0; i < round; i++) {
    const packet = Buffer.from(seeds[random(seeds.length)] ?? []);
    for (let changes = 1 + random(4); changes > 0; changes--) packet[random(packet.length)] = random(256);
    const cut = random(4) === 0 ? packet.subarray(0, random(packet.length)) : packet;
    const header = Buffer.alloc(recordHeader);
    const time = (done + i) * 50;
    header.writeUInt32LE(1_700_000_000 + Math.floor(time / 1e6), 0);
    header.writeUInt32LE(time % 1e6, 4);
    header.writeUInt32LE(cut.length, 8);
    header.writeUInt32LE(random(2) === 0 ? cut.length : packet.length, 12);
    parts.push(header, cut);
  }
  return Buffer.concat(parts);
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

main(Number(process.argv[2] ?? 10_000_000));
