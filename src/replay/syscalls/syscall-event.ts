import { z } from 'zod';
import { canonicalIp } from '../../platform/ip.js';
import { protocolNumber } from '../protocol.js';

/** One system call that moved bytes. `src` is the sender of the bytes; `role` and `node` are those of the local end. */
export interface SyscallEvent {
  /** Seconds since 1970. */
  readonly ts: number;
  readonly node: string;
  readonly pid: number;
  readonly comm: string;
  readonly role: 'client' | 'server';
  readonly dir: 'send' | 'recv';
  readonly src: string;
  readonly sport: number;
  readonly dst: string;
  readonly dport: number;
  /** IANA number. */
  readonly protocol: number;
  readonly bytes: number;
}

export interface LineProblem {
  /** From 1. */
  readonly line: number;
  readonly found: string;
  readonly expected: string;
}

export interface SyscallEvents {
  readonly events: readonly SyscallEvent[];
  readonly problems: readonly LineProblem[];
}

const port = z.number().int().min(0).max(65_535);
const ip = z.string().transform((text, context) => {
  const canonical = canonicalIp(text);
  if (canonical !== null) return canonical;
  context.addIssue({ code: 'custom', message: 'an IP address' });
  return z.NEVER;
});
const protocol = z.union([z.number(), z.string()]).transform((value, context) => {
  const number = protocolNumber(String(value));
  if (number !== null) return number;
  context.addIssue({ code: 'custom', message: 'tcp, udp or an IANA number' });
  return z.NEVER;
});

const eventSchema = z.object({
  ts: z.number(),
  node: z.string().optional(),
  pid: z.number().int().min(0),
  comm: z.string().default(''),
  role: z.enum(['client', 'server']),
  dir: z.enum(['send', 'recv']),
  src: ip,
  sport: port,
  dst: ip,
  dport: port,
  protocol: protocol.default(6),
  bytes: z.number().int().min(0),
});

/** Reads JSON lines. `node` stands where an event names none. A line that is none is a problem, the rest is read. */
export function readSyscallEvents(text: string, node: string): SyscallEvents {
  const events: SyscallEvent[] = [];
  const problems: LineProblem[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    let json: unknown;
    try {
      json = JSON.parse(line);
    } catch {
      problems.push({ line: i + 1, found: clip(line), expected: 'one JSON object' });
      continue;
    }
    const parsed = eventSchema.safeParse(json);
    if (parsed.success) {
      events.push({ ...parsed.data, node: parsed.data.node ?? node });
      continue;
    }
    const [issue] = parsed.error.issues;
    const where = issue?.path.join('.') ?? '';
    problems.push({
      line: i + 1,
      found: clip(line),
      expected: `${where === '' ? '' : `${where}: `}${issue?.message ?? ''}`,
    });
  }
  return { events, problems };
}

/** One JSON line without its end, keys in the documented order. */
export function syscallLine(event: SyscallEvent): string {
  const { ts, node, pid, comm, role, dir, src, sport, dst, dport, protocol: number, bytes } = event;
  return JSON.stringify({ ts, node, pid, comm, role, dir, src, sport, dst, dport, protocol: number, bytes });
}

function clip(line: string): string {
  return line.length > 80 ? `${line.slice(0, 77)}...` : line;
}
