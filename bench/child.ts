import { type ChildProcess, fork } from 'node:child_process';

/** A process of the benchmark, and the messages that it sends. */
export interface Child {
  /** The next message. @throws Error where the process ends instead */
  next<Message>(): Promise<Message>;
  send(message: object): void;
  /** Asks it to end, and waits for it. */
  end(): Promise<void>;
}

export interface ChildOptions {
  readonly args?: readonly string[];
  /** Options of Node, e.g. those of its profiler. */
  readonly execArgv?: readonly string[];
}

/** @param file beside this module */
export function startChild(file: string, options: ChildOptions = {}): Child {
  const { args = [], execArgv = [] } = options;
  const child: ChildProcess = fork(new URL(file, import.meta.url), [...args], {
    execArgv: [...execArgv],
    serialization: 'advanced',
  });
  const messages: unknown[] = [];
  const readers: { resolve: (message: unknown) => void; reject: (error: Error) => void }[] = [];
  child.on('message', (message) => {
    const reader = readers.shift();
    if (reader === undefined) messages.push(message);
    else reader.resolve(message);
  });
  let end: Error | null = null;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      end = new Error(`${file} ended (${signal ?? code})`);
      for (const reader of readers.splice(0)) reader.reject(end);
      resolve();
    });
  });
  return {
    next: <Message>() =>
      new Promise<Message>((resolve, reject) => {
        if (end !== null && messages.length === 0) reject(end);
        else if (messages.length > 0) resolve(messages.shift() as Message);
        else readers.push({ resolve: (message) => resolve(message as Message), reject });
      }),
    send: (message) => void child.send(message),
    end: async () => {
      child.send({ end: true });
      await ended;
    },
  };
}
