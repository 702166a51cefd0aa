import { createStyle, type Style } from '../report/style.js';

/** The edges of a command: where it prints, and what it knows of its surroundings. */
export interface Terminal {
  /** Results; the only thing on standard output. */
  readonly out: (text: string) => void;
  /** Progress, warnings and errors. */
  readonly err: (text: string) => void;
  /** Resolves when the reader of standard output can take more, so that a long output does not fill the memory. */
  readonly outDrained: (text: string) => Promise<void>;
  /** Somebody watches standard error as it is written. */
  readonly errIsTerminal: boolean;
  readonly style: Style;
  readonly errStyle: Style;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Resolves at the first SIGINT, SIGTERM or SIGHUP; `dispose` stops listening. */
  readonly interruption: () => { readonly signal: Promise<NodeJS.Signals>; readonly dispose: () => void };
}

/** What asks a command to end: a terminal that is closed, too, as what it has started would outlive it. */
const interruptions = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function showsColour(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '' && env.FORCE_COLOR !== '0') return true;
  return stream.isTTY === true;
}

export function createTerminal(current: NodeJS.Process): Terminal {
  return {
    out: (text) => void current.stdout.write(text),
    err: (text) => void current.stderr.write(text),
    outDrained: (text) => drained(current.stdout, text),
    errIsTerminal: current.stderr.isTTY === true,
    style: createStyle(showsColour(current.stdout, current.env)),
    errStyle: createStyle(showsColour(current.stderr, current.env)),
    env: current.env,
    cwd: current.cwd(),
    interruption: () => {
      let resolve: (signal: NodeJS.Signals) => void = () => {};
      const promise = new Promise<NodeJS.Signals>((accept) => {
        resolve = accept;
      });
      for (const name of interruptions) current.on(name, resolve);
      return {
        signal: promise,
        dispose: () => {
          for (const name of interruptions) current.off(name, resolve);
        },
      };
    },
  };
}

function drained(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => (error == null ? resolve() : reject(error)));
  });
}
