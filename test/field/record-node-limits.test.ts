import { type ChildProcess, execFileSync } from 'node:child_process';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createNetwork } from '../../capture-fixtures/lab/network.js';
import { packageFile } from '../../src/wire/package-file.js';
import { temporary } from '../anonymize/support/copy.js';
import { missingTools } from './support/field-tools.js';

const script = packageFile('field/record-node.sh');

const why = missingTools('script');

describe.skipIf(why !== '')(`a recording of one node ends${why}`, () => {
  const net = createNetwork();

  beforeAll(async () => {
    await net.addNamespaces(['n1']);
    await net.ip('n1', 'link add eth1 type veth peer name peer1');
    await net.ip('n1', 'addr add 192.0.2.1/24 dev eth1');
    await net.ip('n1', 'link set eth1 up');
  });

  afterAll(() => net.tearDown());

  it('when the time is over', async () => {
    const { ended, said } = record(await folder(), ['-t', '1', '-i', '^lo$']);
    expect(await ended, said()).toBe(0);
    expect(said()).toContain('record-node: ended: 1 s');
  }, 30_000);

  it('of a NIC when its file is large enough, and goes on with the others', async () => {
    const out = await folder();
    const recording = record(out, ['-t', '60', '-c', '1', '-C', '50']);
    await recording.says('Ctrl-C ends it early');
    await flood('127.0.0.1');
    await recording.says('lo: 1 MB are reached, its recording ends here');
    recording.child.kill('SIGTERM');
    expect(await recording.ended, recording.said()).toBe(0);
    expect(recording.said()).toContain('ended: a signal');
    const { size } = await stat(join(out, 'worker-1-lo.pcap'));
    expect(size).toBeGreaterThan(1024 * 1024);
    expect(size).toBeLessThanOrEqual(2 * 1024 * 1024);
    expect(await readdir(out)).toContain('worker-1-eth1.pcap');
  }, 30_000);

  it('when all files together are large enough', async () => {
    const recording = record(await folder(), ['-t', '60', '-c', '20', '-C', '1']);
    await recording.says('Ctrl-C ends it early');
    await flood('127.0.0.1');
    expect(await recording.ended, recording.said()).toBe(0);
    expect(recording.said()).toContain('ended: 1 MB in all');
  }, 30_000);

  it('when the disk gets full, and does not begin on a full one', async () => {
    const out = await folder();
    // A mount made within `ip netns exec` is seen there alone, and gone with it.
    const shell = `mount -t tmpfs -o size=8m plumbline-test ${out} && exec sh ${script}`;
    const refused = start(['sh', '-c', `${shell} -n worker-1 -o ${out} -F 100`]);
    expect(await refused.ended).toBe(2);
    expect(refused.said()).toMatch(/\d MB are free in .*, -F 100 are to stay free/);

    const recording = start(['sh', '-c', `${shell} -n worker-1 -o ${out} -t 60 -F 4`]);
    await recording.says('Ctrl-C ends it early');
    await flood('127.0.0.1');
    expect(await recording.ended, recording.said()).toBe(0);
    expect(recording.said()).toContain('ended: less than 4 MB free');
  }, 30_000);

  it('by Ctrl-C on a terminal, with all that was recorded', async () => {
    const out = await folder();
    // `script` runs it in $SHELL: a shell that stays in between would end of Ctrl-C itself, with 130.
    const command = `exec sh ${script} -n worker-1 -o ${out} -t 60 -i '^lo$' -F 1`;
    const recording = start(['script', '-qefc', command, '/dev/null'], 'pipe');
    await recording.says('Ctrl-C ends it early');
    await flood('127.0.0.1');
    // The kernel gives packets to tcpdump in blocks: what it has not given by the end is lost.
    const half = 512 * 1024;
    const recorded = async () => (await stat(join(out, 'worker-1-lo.pcap'))).size;
    await vi.waitFor(async () => expect(await recorded()).toBeGreaterThan(half), 15_000);
    recording.child.stdin?.write('\x03');
    expect(await recording.ended, recording.said()).toBe(0);
    expect(recording.said()).toContain('ended: a signal');
    expect(await recorded()).toBeGreaterThan(half);
    // The script's own `sleep 1` may be there for that second.
    const left = () => execFileSync('ip', ['netns', 'pids', net.systemName('n1')], { encoding: 'utf8' });
    await vi.waitFor(() => expect(left()).toBe(''), 5_000);
  }, 30_000);

  function record(out: string, options: readonly string[]): Recording {
    return start(['sh', script, '-n', 'worker-1', '-o', out, '-F', '1', ...options]);
  }

  function start(command: readonly string[], stdin: 'ignore' | 'pipe' = 'ignore'): Recording {
    const child = net.start('n1', command, { stdio: [stdin, 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
    }
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const says = (expected: string) => vi.waitFor(() => expect(text).toContain(expected), 20_000);
    return { child, ended, said: () => text, says };
  }

  /** Some megabytes of packets to a port where nobody listens. */
  async function flood(ip: string): Promise<void> {
    await net.exec('n1', [process.execPath, '-e', floodProgram(ip)]);
  }
});

async function folder(): Promise<string> {
  const out = join(await temporary(), 'captures');
  await mkdir(out);
  return out;
}

interface Recording {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  said(): string;
  says(text: string): Promise<void>;
}

function floodProgram(ip: string): string {
  return `const socket = require('node:dgram').createSocket('udp4');
    let left = 120;
    const next = () => (left-- === 0 ? socket.close() : socket.send(Buffer.alloc(50_000), 9, '${ip}', () => setTimeout(next, 1)));
    socket.on('error', next);
    next();`;
}
