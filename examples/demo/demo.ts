/**
 * The main job on real sockets: a fake deepflow-server is started, a real agent uploads a small cluster to it, the upload is
 * judged, and then it is told what DeepFlow would show of it. Then captures of two nodes are replayed, and it is told at which
 * observation points DeepFlow would see their traffic.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parse } from 'yaml';
import { packageFile } from '../../src/wire/package-file.js';

const root = packageFile('.');

/** Runs the command line as a user would, and waits for its end. */
async function plumbline(...args: string[]): Promise<number> {
  const shown = args.map((arg) => (arg.startsWith(root) ? relative(root, arg) : arg)).join(' ');
  process.stdout.write(`\n$ plumbline ${shown}\n\n`);
  const child = spawn(process.execPath, [packageFile('bin/plumbline.js'), ...args], { cwd: root, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 3));
  });
}

const directory = await mkdtemp(join(tmpdir(), 'plumbline-demo-'));
try {
  const journal = join(directory, 'journal');
  const objects = join(directory, 'shop.json');
  await writeFile(objects, JSON.stringify(parse(await readFile(packageFile('fixtures/clusters/shop.yaml'), 'utf8'))));
  const checked = await plumbline(
    ...['check', '--profile', 'passive', '--cluster', 'shop', '--interval', '0.2', '--journal', journal],
    ...['--', 'node', 'dist/examples/agents/typescript/agent.js'],
    ...['--from', objects, 'fixtures/clusters/shop-version.json'],
  );
  const shown = await plumbline('inventory', '--snapshot', journal);
  const replayed = await plumbline('replay', 'capture-fixtures/flannel-vxlan/cross/site.yaml');
  process.exitCode = [checked, shown, replayed].find((code) => code !== 0) ?? 0;
} finally {
  await rm(directory, { recursive: true, force: true });
}
