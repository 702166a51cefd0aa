import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './shell.js';
import type { Tool } from './tools.js';

export const bpfTools: readonly Tool[] = [
  { program: 'clang', package: 'clang libbpf-dev' },
  { program: 'tc', package: 'iproute2' },
];

/** A program of a lab, and what is defined for it. */
export interface BpfProgram {
  /** Below the folder of the lab's programs. */
  readonly source: string;
  readonly defined: Readonly<Record<string, number>>;
}

/** Name of the object that a program is compiled to. */
export function bpfObject({ source, defined }: BpfProgram): string {
  const values = Object.entries(defined).map(([name, value]) => `${name}${value}`);
  return `${[source.replace(/^.*\//, '').replace(/\.c$/, ''), ...values].join('-')}.o`.toLowerCase();
}

/** Compiles a program into a folder, unless its object is there: a guest without a compiler is given the objects. */
export async function compileBpf(program: BpfProgram, programs: string, folder: string): Promise<string> {
  const object = join(folder, bpfObject(program));
  const isThere = await access(object).then(
    () => true,
    () => false,
  );
  if (isThere) return object;
  const defined = Object.entries(program.defined).map(([name, value]) => `-D${name}=${value}`);
  const multiarch = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
  await run('clang', [
    ...['-O2', '-g', '-target', 'bpf', '-Wall', `-I/usr/include/${multiarch}`, ...defined],
    ...['-c', join(programs, program.source), '-o', object],
  ]);
  return object;
}
