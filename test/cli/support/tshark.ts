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
  return run(file, occurrence, fields);
}

/** Both of them, of one run: it costs more than all else in a test. */
export function tsharkEnds(
  file: string,
  outermost: readonly string[],
  innermost: readonly string[],
): { readonly outermost: string[]; readonly innermost: string[] } {
  // A field that is asked for twice is written once.
  const fields = [...new Set([...outermost, ...innermost])];
  const packets = run(file, 'a', fields).map((line) => {
    const columns = line.split('\t').map((values) => values.split(','));
    return (field: string, at: number) => columns[fields.indexOf(field)]?.at(at) ?? '';
  });
  return {
    outermost: packets.map((value) => outermost.map((field) => value(field, 0)).join('\t')),
    innermost: packets.map((value) => innermost.map((field) => value(field, -1)).join('\t')),
  };
}

function run(file: string, occurrence: string, fields: readonly string[]): string[] {
  const args = ['-r', file, '-d', 'udp.port==8472,vxlan', '-T', 'fields', '-E', `occurrence=${occurrence}`];
  // It warns of root on its error output, of which only a failure is of interest.
  const options = { encoding: 'utf8', maxBuffer: 1 << 28, stdio: 'pipe' } as const;
  const text = execFileSync('tshark', [...args, ...fields.flatMap((field) => ['-e', field])], options);
  return text.split('\n').slice(0, -1);
}
