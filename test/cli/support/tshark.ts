import { execFileSync } from 'node:child_process';

export function hasTshark(): boolean {
  try {
    execFileSync('tshark', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** One line for each packet; `occurrence` chooses the outermost (f) or the innermost (l) of a field that occurs twice. */
export function tsharkFields(file: string, occurrence: 'f' | 'l', fields: readonly string[]): string[] {
  const args = ['-r', file, '-d', 'udp.port==8472,vxlan', '-T', 'fields', '-E', `occurrence=${occurrence}`];
  const options = { encoding: 'utf8', maxBuffer: 1 << 28 } as const;
  const text = execFileSync('tshark', [...args, ...fields.flatMap((field) => ['-e', field])], options);
  return text.split('\n').slice(0, -1);
}
