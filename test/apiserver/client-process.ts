import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import type { Json } from './api-client.js';

export interface ClientProcess {
  /** The lines up to the first one that is wanted, this included; fails when the process ends before. */
  until(wanted: (line: Json) => boolean): Promise<Json[]>;
}

/** Runs a client that prints one JSON a line; ended with the test. */
export function runClient(command: readonly string[], env: Record<string, string>): ClientProcess {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    until: async (wanted) => {
      const seen: Json[] = [];
      for (;;) {
        const line = await lines.next();
        if (line.done === true) throw new Error(`${program} ended after ${JSON.stringify(seen)}:\n${errors}`);
        const read = JSON.parse(line.value);
        seen.push(read);
        if (wanted(read)) return seen;
      }
    },
  };
}
