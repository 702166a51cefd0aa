import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createNetwork } from '../../capture-fixtures/lab/network.js';
import { directoryInput } from '../../src/cli/replay/directory-input.js';
import { interfaceNames } from '../../src/cli/replay/interface-names.js';
import { loadFlowCore } from '../../src/cli/replay/load-core.js';
import { readResources } from '../../src/cli/replay/read-resources.js';
import { runReplay } from '../../src/cli/replay/run-replay.js';
import { parseExpect } from '../../src/replay/expectation.js';
import type { ReplayReport } from '../../src/replay/replay-report.js';
import { packageFile } from '../../src/wire/package-file.js';
import { comparable } from '../anonymize/support/compare.js';
import { anonymousCopy, leaks, temporary } from '../anonymize/support/copy.js';
import { has, missingTools } from './support/field-tools.js';

const script = packageFile('field/record-node.sh');

const why = missingTools();

describe('record-node.sh', () => {
  it.each([
    [['-t', '0'], '-t wants a whole number above 0, found: 0'],
    [['-i', '('], '-i is no extended regular expression: ('],
    [['-n', 'a/b'], '-n wants the name of the node as Kubernetes has it, found: a/b'],
    [['x'], 'unexpected argument: x'],
  ])('refuses %j', async (args, message) => {
    const ended = await run(['sh', script, ...args]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(message);
  });

  it.skipIf(!has('shellcheck'))('pleases shellcheck (skipped where it is not installed)', async () => {
    expect(await run(['shellcheck', script])).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

describe.skipIf(why !== '')(`a node of network namespaces, recorded${why}`, () => {
  const net = createNetwork();
  const pods = { a: '10.244.1.10', b: '10.244.1.11' };

  beforeAll(async () => {
    await net.addNamespaces(['n1', 'a', 'b']);
    await net.ip('n1', 'link add cni0 type bridge');
    await net.ip('n1', 'addr add 10.244.1.1/24 dev cni0');
    await net.ip('n1', 'link set cni0 up');
    for (const [i, [pod, ip]] of Object.entries(pods).entries()) {
      const nic = `veth8c21d0${pod}`;
      const own = { namespace: 'n1', nic, mac: `02:5e:aa:0f:01:0${i}` };
      await net.addVeth(own, { namespace: pod, nic: 'eth0', mac: `02:5e:aa:01:01:0${i}` });
      await net.ip('n1', `link set ${nic} master cni0 up`);
      await net.ip(pod, `addr add ${ip}/24 dev eth0`);
      await net.ip(pod, 'link set eth0 up');
    }
  });

  afterAll(() => net.tearDown());

  it.each(['sh', ...(has('busybox') ? ['busybox ash'] : [])])(
    'by %s, anonymized and replayed to the same coverage',
    async (shell) => {
      const folder = await temporary();
      const out = join(folder, 'captures');
      const cluster = await clusterFile(folder, pods);
      const recording = net.start(
        'n1',
        [...shell.split(' '), script, '-n', 'worker-1', '-o', out, '-t', '60', '-c', '5', '-C', '20', '-F', '1'],
        { stdio: ['ignore', 'ignore', 'pipe'] },
      );
      let said = '';
      recording.stderr?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      const ended = new Promise<number | null>((resolve) => recording.once('close', resolve));
      await vi.waitFor(() => expect(said).toContain('record-node: Ctrl-C ends it early'), 15_000);
      await exchange();
      const captures = ['a', 'b'].map((pod) => join(out, `worker-1-veth8c21d0${pod}.pcap`));
      // The kernel gives packets to tcpdump in blocks: what it has not given by the end is lost.
      await vi.waitFor(() => {
        for (const file of captures) expect(finsIn(readFileSync(file))).toBe(2);
      }, 15_000);
      recording.kill('SIGTERM');
      expect(await ended, said).toBe(0);
      expect(said).toContain('ended: a signal');
      expect(await net.exec('a', ['ip', 'netns', 'pids', net.systemName('n1')])).toBe('');
      expect((await readdir(out)).sort()).toEqual([
        'worker-1-lo.pcap',
        'worker-1-veth8c21d0a.pcap',
        'worker-1-veth8c21d0b.pcap',
        'worker-1.links.json',
      ]);

      const copy = await anonymousCopy(out, cluster);
      expect(copy.exitCode, copy.stderr).toBe(0);
      expect(await leaks(copy.out, copy.mapping)).toEqual([]);
      const [before, after] = [await replayed(out, cluster), await replayed(copy.out, join(copy.out, 'cluster.json'))];
      const judged = [...before.conversations].filter((conversation) => conversation.judged);
      expect(judged.map(({ points }) => points.map(({ tapSide }) => tapSide).sort())).toEqual([['c', 's']]);
      expect(comparable(after, null)).toEqual(comparable(before, copy.mapping));
    },
    60_000,
  );

  async function exchange(): Promise<void> {
    const server = net.start('b', [process.execPath, '-e', serverProgram], { stdio: ['ignore', 'pipe', 'ignore'] });
    await new Promise<void>((resolve) => server.stdout?.once('data', () => resolve()));
    await net.exec('a', [process.execPath, '-e', clientProgram(pods.b)]);
    server.kill();
  }
});

const serverProgram = `require('node:http').createServer((request, response) => response.end('secret '.repeat(40)))
  .listen(8080, () => console.log('ready'))`;

function clientProgram(ip: string): string {
  return `require('node:http').get({ host: '${ip}', port: 8080, agent: false, headers: { connection: 'close' } },
    (response) => response.resume())`;
}

async function clusterFile(folder: string, pods: Readonly<Record<string, string>>): Promise<string> {
  const items = [
    {
      kind: 'Node',
      metadata: { name: 'worker-1' },
      status: { addresses: [{ type: 'InternalIP', address: '10.244.1.1' }] },
    },
    ...Object.entries(pods).map(([name, podIP]) => ({
      kind: 'Pod',
      metadata: { name: `shop-frontend-${name}`, namespace: 'customer', annotations: { note: 'confidential' } },
      spec: { nodeName: 'worker-1', containers: [{ name: 'main', env: [{ name: 'PASSWORD', value: 'hunter2' }] }] },
      status: { podIP, podIPs: [{ ip: podIP }] },
    })),
  ];
  const file = join(folder, 'cluster', 'cluster.json');
  await mkdir(join(folder, 'cluster'));
  await writeFile(file, JSON.stringify({ kind: 'List', items }));
  return file;
}

async function replayed(directory: string, cluster: string): Promise<ReplayReport> {
  const resources = await readResources(cluster, cluster, () => undefined);
  const { expectation } = parseExpect('veth/same-node');
  const core = loadFlowCore();
  const given = { overrides: {}, expectation, resources, served: null };
  const input = await directoryInput(directory, { ...given, interfaceNames: interfaceNames(core) });
  const options = { core, interval: 'total', maxConversations: 1000, workers: 1 } as const;
  const err = { write: () => undefined, isTerminal: false };
  return (await runReplay(input, { ...options, withExplanations: false, writeFlows: null, err })).report;
}

/** How many packets of a little-endian capture end a TCP connection. */
function finsIn(pcap: Buffer): number {
  let fins = 0;
  for (let at = 24; at + 16 <= pcap.length; at += 16 + pcap.readUInt32LE(at + 8)) {
    const packet = pcap.subarray(at + 16, at + 16 + pcap.readUInt32LE(at + 8));
    if (packet.length >= 54 && packet.readUInt16BE(12) === 0x0800 && packet[23] === 6) fins += (packet[47] ?? 0) & 1;
  }
  return fins;
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run([file = '', ...args]: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(file, args);
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (text) => {
      stdout += text;
    });
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
