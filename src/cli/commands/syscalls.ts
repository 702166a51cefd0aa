import { readFile } from 'node:fs/promises';
import { ChunkError } from '../../replay/chunk-error.js';
import { CoreFault, createFlowCore, defaultCoreConfig } from '../../replay/core/index.js';
import { tcp } from '../../replay/protocol.js';
import { epochOffsetFrom, type SeenSyn, syscallsFromBpftrace } from '../../replay/syscalls/from-bpftrace.js';
import { syscallsFromStrace } from '../../replay/syscalls/from-strace.js';
import { syscallLine } from '../../replay/syscalls/syscall-event.js';
import { ExitCode } from '../exit-code.js';
import { PlumblineError } from '../plumbline-error.js';
import { chunksOfFile } from '../replay/chunks-of-file.js';
import { fileProblem } from '../replay/input-error.js';
import { loadFlowCore } from '../replay/load-core.js';
import { lineProblemTexts } from '../replay/syscall-rows.js';
import type { Terminal } from '../terminal.js';

export interface SyscallsConvertOptions {
  readonly node: string;
  readonly epochOffset?: bigint;
  readonly align?: string;
}

/** Prints the system calls of a trace as JSON lines. */
export async function convertSyscalls(
  terminal: Terminal,
  file: string,
  options: SyscallsConvertOptions,
): Promise<ExitCode> {
  const text = await readTrace(file);
  const { node, epochOffset, align } = options;
  const isBpftrace = bpftraceLine.test(text);
  if (!isBpftrace && (epochOffset !== undefined || align !== undefined)) {
    throw PlumblineError.badInput(
      `${file}: --epoch-offset and --align are for the times of bpftrace, and this is no such text.`,
      'strace -ttt gives seconds since 1970 already; leave them out.',
    );
  }
  const converted = isBpftrace
    ? syscallsFromBpftrace(text, node, epochOffset ?? (await alignedOffset(file, text, align)))
    : syscallsFromStrace(text, node);
  if (converted.events.length === 0 && converted.problems.length > 0) {
    const expected = 'what strace -f -ttt -yy or the bpftrace script prints';
    throw fileProblem(file, converted.problems[0]?.found ?? 'no call', expected, 'Trace again with these options.');
  }
  for (const problem of lineProblemTexts(file, converted.problems)) terminal.err(`${problem}\n`);
  await terminal.outDrained(converted.events.map((event) => `${syscallLine(event)}\n`).join(''));
  return converted.events.length === 0 ? ExitCode.NothingJudged : ExitCode.Good;
}

/** A line of the lab's script: nanoseconds, process, thread, command, event. */
const bpftraceLine = /^\d{6,} \d+ \d+ .+? (?:state|sk_len|sendto|recvfrom|enter|exit) /m;

async function readTrace(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const found = code === 'ENOENT' ? 'no such file' : `a file that cannot be read (${code})`;
    throw fileProblem(file, found, 'the text of a trace', 'Check the path.');
  }
}

async function alignedOffset(file: string, text: string, capture: string | undefined): Promise<bigint> {
  if (capture === undefined) {
    throw PlumblineError.badInput(
      `${file} has times since boot.`,
      'Give --epoch-offset NS (nanoseconds since 1970 at boot), or --align FILE.pcap with one of its connections.',
    );
  }
  const offset = epochOffsetFrom(text, await synsOf(capture));
  if (offset !== null) return offset;
  throw PlumblineError.badInput(
    `${capture} holds no SYN of a connection that ${file} shows.`,
    'Give a capture of the same time, taken at the NIC of the client.',
  );
}

async function synsOf(capture: string): Promise<SeenSyn[]> {
  const syns: SeenSyn[] = [];
  const core = createFlowCore(
    loadFlowCore(),
    defaultCoreConfig,
    {
      onPacket: ({ protocol, tcpFlags, src, dst, sport, dport, time }) => {
        if (protocol !== tcp || (tcpFlags & synAndAck) !== syn || src === null || dst === null) return;
        syns.push({ src, sport, dst, dport, ts: time });
      },
    },
    'packets',
  );
  try {
    for await (const chunk of chunksOfFile(capture)) core.feed(chunk);
    core.endFile();
  } catch (thrown) {
    if (!(thrown instanceof CoreFault) && !(thrown instanceof ChunkError)) throw thrown;
    throw PlumblineError.badInput(`--align ${capture}: ${thrown.message}`, undefined, thrown);
  }
  return syns;
}

const syn = 0x02;
const synAndAck = 0x12;
