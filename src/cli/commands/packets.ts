import { tunnelNumber, tunnelProtocols } from '../../agent-config/tunnel-protocol.js';
import { captureNotes } from '../../replay/capture-notes.js';
import { ChunkError } from '../../replay/chunk-error.js';
import { CoreFault, createFlowCore, defaultCoreConfig, type PacketRow } from '../../replay/core/index.js';
import { packetJson } from '../../report/packet-json.js';
import { packetLine, packetTableHead } from '../../report/packet-table.js';
import { ExitCode } from '../exit-code.js';
import { oneOf } from '../options.js';
import { PlumblineError } from '../plumbline-error.js';
import { chunksOfFile } from '../replay/chunks-of-file.js';
import { loadFlowCore } from '../replay/load-core.js';
import type { Terminal } from '../terminal.js';

export interface PacketsOptions {
  readonly decap: string;
  readonly format: string;
}

/** Lists the packets of a capture as they are after decapsulation. */
export async function packets(terminal: Terminal, file: string, options: PacketsOptions): Promise<ExitCode> {
  const format = oneOf('--format', options.format, ['table', 'json']);
  const decap = decapList(options.decap);
  let text = format === 'json' ? '[' : packetTableHead(terminal.style);
  let separator = '\n';
  let startTime: bigint | null = null;
  const onPacket = (row: PacketRow): void => {
    startTime ??= row.time;
    if (format === 'table') text += packetLine(row, startTime, terminal.style);
    else text += separator + packetJson(row);
    separator = ',\n';
  };
  const core = createFlowCore(loadFlowCore(), { ...defaultCoreConfig, decap }, { onPacket }, 'packets');
  const flush = async (): Promise<void> => {
    const ready = text;
    text = '';
    await terminal.outDrained(ready);
  };
  let fault: string | null = null;
  let isRefused = false;
  try {
    for await (const chunk of chunksOfFile(file)) {
      // A small packet makes more text than it has bytes, so parts are kept small.
      for (let at = 0; at < chunk.length; at += partSize) {
        core.feed(chunk.subarray(at, at + partSize));
        await flush();
      }
    }
  } catch (thrown) {
    if (!(thrown instanceof CoreFault) && !(thrown instanceof ChunkError)) throw thrown;
    fault = thrown.message;
    isRefused = thrown instanceof CoreFault || core.counters().packets === 0;
  }
  try {
    core.endFile();
  } catch (thrown) {
    if (!(thrown instanceof CoreFault)) throw thrown;
    fault ??= thrown.message;
    isRefused = true;
  }
  const interfaces = core.interfaces();
  const counters = core.end();
  if (format === 'json') text += '\n]\n';
  // Nothing stands below the head of what is no capture.
  if (isRefused && startTime === null) text = '';
  await flush();
  const faults = fault === null ? [] : [{ file, kind: 'damaged' as const, message: fault }];
  if (isRefused) throw PlumblineError.badInput(`${file}: ${fault}`);
  for (const note of captureNotes({ counters, interfaces, faults }, 'list')) terminal.err(`${note}\n`);
  return counters.packets === 0 ? ExitCode.NothingJudged : ExitCode.Good;
}

const partSize = 1 << 16;

function decapList(text: string): number[] {
  const names = text.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
  return names.map((name) => {
    const number = tunnelNumber(name);
    if (number !== null) return number;
    const known = tunnelProtocols.map(({ names: [first] }) => first).join(', ');
    throw PlumblineError.badInput(`--decap has '${name}'; expected ${known}, or numbers 1 to 7, parted by commas.`);
  });
}
