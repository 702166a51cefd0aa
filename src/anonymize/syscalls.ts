import { type LineProblem, readSyscallEvents, syscallLine } from '../replay/syscalls/syscall-event.js';
import type { Anonymizer } from './anonymizer.js';

export interface AnonymousSyscalls {
  readonly text: string;
  /** Lines that were left out. */
  readonly problems: readonly LineProblem[];
}

export function anonymizeSyscalls(text: string, anonymizer: Anonymizer): AnonymousSyscalls {
  const { events, problems } = readSyscallEvents(text, '');
  const lines = events.map((event) => {
    const { node, comm, src, dst } = event;
    const line = syscallLine({
      ...event,
      node: anonymizer.name('node', node),
      comm: anonymizer.name('program', comm),
      src: anonymizer.ip(src) ?? '',
      dst: anonymizer.ip(dst) ?? '',
    });
    // An event without a node takes that of the site file.
    return `${node === '' ? line.replace('"node":"",', '') : line}\n`;
  });
  return { text: lines.join(''), problems };
}
