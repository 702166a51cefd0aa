import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { processesWith } from './stray-processes.js';

/** COMMAND cannot be started: what was given is of no use. */
export class AgentStartError extends Error {
  override readonly name = 'AgentStartError';
  readonly hint: string;

  constructor(message: string, hint: string, cause?: unknown) {
    super(message, { cause });
    this.hint = hint;
  }
}

/** How the agent ended. */
export interface AgentExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of what it wrote, standard output and error together. */
  readonly output: string;
  /** Bytes that it wrote before that, and which were not kept. */
  readonly outputDropped: number;
}

/** A running agent: one process group, and what has left it, which end as a whole. */
export interface AgentProcess {
  readonly pid: number;
  readonly exited: Promise<AgentExit>;
  /** The end of what it has written so far. */
  output(): Pick<AgentExit, 'output' | 'outputDropped'>;
  /** SIGTERM to all of it; SIGKILL after `graceMs`. Resolves when no process of it is left; also for an agent that has ended, whose children may not have. */
  stop(graceMs: number): Promise<AgentExit & { readonly killed: boolean }>;
}

const keptOutputBytes = 64 * 1024;

/** Tells an agent's processes from others, wherever they have gone. */
const markVariable = 'PLUMBLINE_AGENT';

/**
 * Starts COMMAND without a shell.
 *
 * @throws AgentStartError
 */
export async function startAgent(
  command: readonly string[],
  options: { env: NodeJS.ProcessEnv; cwd: string; onOutput?: (chunk: Buffer) => void },
): Promise<AgentProcess> {
  const [file, ...args] = command;
  if (file === undefined) {
    throw new AgentStartError('No COMMAND was given.', 'Write it after --, as in: plumbline check -- ./my-agent');
  }
  const mark = randomUUID();
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: { ...options.env, [markVariable]: mark },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const tail = createTail(keptOutputBytes);
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      tail.add(chunk);
      options.onOutput?.(chunk);
    });
  }
  const exited = new Promise<AgentExit>((resolve) => {
    child.once('exit', (code, signal) => {
      // Output that is still in the pipe belongs to the agent; what a left-behind child writes later does not.
      setImmediate(() => resolve({ code, signal, ...tail.read() }));
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause: NodeJS.ErrnoException) => reject(notStarted(file, cause)));
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`'${file}' was started but has no process id.`);
  // Once the group is empty, its number may become that of another one.
  let isEmpty = false;
  void exited.then(() => {
    isEmpty ||= !signalGroup(pid, 0);
  });
  const signalAll = (signal: NodeJS.Signals | 0): boolean => {
    const inGroup = !isEmpty && signalGroup(pid, signal);
    if (signal === 0 && inGroup) return true;
    const strays = processesWith(markVariable, mark).filter(({ group }) => group !== pid);
    return strays.filter((stray) => signalProcess(stray.pid, signal)).length > 0 || inGroup;
  };
  return {
    pid,
    exited,
    output: tail.read,
    stop: async (graceMs) => {
      signalAll('SIGTERM');
      const inTime = await allGone(signalAll, graceMs);
      if (!inTime) {
        signalAll('SIGKILL');
        await allGone(signalAll, 5_000);
      }
      child.stdout.destroy();
      child.stderr.destroy();
      return { ...(await exited), killed: !inTime };
    },
  };
}

function notStarted(file: string, cause: NodeJS.ErrnoException): AgentStartError {
  const why =
    cause.code === 'ENOENT'
      ? 'there is no such program'
      : cause.code === 'EACCES'
        ? 'it is not executable'
        : cause.message;
  return new AgentStartError(
    `COMMAND '${file}' cannot be started: ${why}.`,
    'COMMAND is started without a shell: give a program on the PATH or a path to one; for a script, its interpreter first.',
    cause,
  );
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  return signalProcess(-pid, signal);
}

/** @returns whether there is such a process */
function signalProcess(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw cause;
  }
}

/** The operating system tells nobody when a group is empty, so it is asked. */
async function allGone(signalAll: (signal: 0) => boolean, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (signalAll(0)) {
    if (performance.now() >= deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}

function createTail(limit: number): { add(chunk: Buffer): void; read(): { output: string; outputDropped: number } } {
  const chunks: Buffer[] = [];
  let kept = 0;
  let dropped = 0;
  return {
    add: (chunk) => {
      chunks.push(chunk);
      kept += chunk.length;
      while (kept > limit && chunks.length > 1) {
        const first = chunks.shift();
        kept -= first?.length ?? 0;
        dropped += first?.length ?? 0;
      }
    },
    read: () => ({ output: Buffer.concat(chunks).toString('utf8'), outputDropped: dropped }),
  };
}
