import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { readdir, rmdir } from 'node:fs/promises';
import { LabError } from './lab-error.js';
import { run, words } from './shell.js';

/** Namespaces, and all that runs in them. */
export interface Network {
  /** Makes namespaces with their loopbacks up. */
  addNamespaces(names: readonly string[]): Promise<void>;
  /** Name of the namespace as the system knows it. */
  systemName(name: string): string;
  /** `ip` within the namespace; several commands at once stop at the first that fails. */
  ip(name: string, command: string | readonly string[]): Promise<string>;
  /** A program within the namespace, to its end; the words of a text, or arguments as they are. */
  exec(name: string, command: string | readonly string[]): Promise<string>;
  /** nftables rules within the namespace. */
  nft(name: string, rules: string): Promise<void>;
  /** A veth whose ends lie in two namespaces. */
  addVeth(one: VethEnd, other: VethEnd): Promise<void>;
  /** A program that goes on until it is stopped, or until the network is torn down. */
  start(name: string, command: readonly string[], options?: SpawnOptions): ChildProcess;
  /** Done before the namespaces go, last added first. */
  onTearDown(undo: () => Promise<void>): void;
  /** Kills every process in the namespaces and deletes them; nothing can be added afterwards. Safe to call twice. */
  tearDown(): Promise<void>;
}

export interface VethEnd {
  readonly namespace: string;
  readonly nic: string;
  readonly mac: string;
  /** Where a program names the NIC by its number. */
  readonly ifindex?: number;
}

const prefix = 'plumbline-lab-';

/** @param owner the process that the namespaces belong to; the next lab removes those of a dead one */
export function createNetwork(owner: number = process.pid): Network {
  const namespaces: string[] = [];
  const undoing: (() => Promise<void>)[] = [];
  const running = new Set<Promise<unknown>>();
  let torn: Promise<void> | null = null;
  const systemName = (name: string): string => `${prefix}${owner}-${name}`;

  async function command(file: string, args: readonly string[], input?: string): Promise<string> {
    if (torn !== null) throw new LabError('the network is torn down');
    const ended = run(file, args, input);
    running.add(ended);
    try {
      return await ended;
    } finally {
      running.delete(ended);
    }
  }

  async function tearDown(): Promise<void> {
    await Promise.allSettled(running);
    for (const undo of undoing.reverse()) await undo();
    for (const name of namespaces) await removeNamespace(systemName(name));
    await removeMount();
  }

  const network: Network = {
    systemName,
    async addNamespaces(names) {
      // Noted first: an interruption may come before the command has ended.
      namespaces.push(...names);
      await command('ip', ['-batch', '-'], names.map((name) => `netns add ${systemName(name)}\n`).join(''));
      for (const name of names) await network.ip(name, 'link set lo up');
    },
    ip: (name, text) =>
      typeof text === 'string'
        ? command('ip', ['-n', systemName(name), ...words(text)])
        : command('ip', ['-n', systemName(name), '-batch', '-'], text.map((line) => `${line}\n`).join('')),
    exec: (name, text) =>
      command('ip', ['netns', 'exec', systemName(name), ...(typeof text === 'string' ? words(text) : text)]),
    nft: async (name, rules) => {
      await command('ip', ['netns', 'exec', systemName(name), 'nft', '-f', '-'], rules);
    },
    async addVeth(one, other) {
      const end = ({ namespace, nic, mac, ifindex }: VethEnd): string[] => [
        ...['name', nic, 'netns', systemName(namespace), 'address', mac],
        ...(ifindex === undefined ? [] : ['index', `${ifindex}`]),
      ];
      await command('ip', ['link', 'add', ...end(one), 'type', 'veth', 'peer', ...end(other)]);
    },
    start(name, args, options = {}) {
      if (torn !== null) throw new LabError('the network is torn down');
      return spawn('ip', ['netns', 'exec', systemName(name), ...args], { stdio: 'ignore', ...options });
    },
    onTearDown: (undo) => {
      undoing.push(undo);
    },
    tearDown: () => {
      torn ??= tearDown();
      return torn;
    },
  };
  return network;
}

/** Removes what labs left behind that were killed before they could. */
export async function removeLeftovers(): Promise<void> {
  const names = await readdir(mountPoint).catch((): string[] => []);
  for (const name of names) {
    const owner = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    if (owner !== undefined && !isAlive(Number(owner))) await removeNamespace(name);
  }
}

const mountPoint = '/run/netns';

/** `ip` mounts a folder of all namespaces with the first one; without any it serves nobody. */
async function removeMount(): Promise<void> {
  const left = await readdir(mountPoint).catch(() => null);
  if (left === null || left.length > 0) return;
  await run('umount', [mountPoint]).catch(() => undefined);
  // Fails where a namespace has come meanwhile.
  await rmdir(mountPoint).catch(() => undefined);
}

async function removeNamespace(name: string): Promise<void> {
  const pids = await run('ip', ['netns', 'pids', name]).catch(() => '');
  for (const pid of words(pids)) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It ended by itself in between.
    }
  }
  await run('ip', ['netns', 'del', name]).catch(() => {
    // Gone already.
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
