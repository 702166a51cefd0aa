import { execFile, execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { ControlPlaneAssets } from '../../../../src/conformance/run/targets/find-assets.js';

const run = promisify(execFile);
const scripts = new URL('node-image/', import.meta.url);

/** Why no image can be built here; null where one can. */
export function whyNoImages(): string | null {
  try {
    execFileSync('docker', ['version'], { stdio: 'ignore', timeout: 10_000 });
  } catch {
    return 'no Docker engine is reachable (DOCKER_HOST)';
  }
  if (!existsSync('/bin/busybox')) return 'there is no /bin/busybox (Debian: busybox-static)';
  try {
    execFileSync('ldd', ['/bin/busybox'], { stdio: 'ignore' });
    return '/bin/busybox is not static (Debian: busybox-static)';
  } catch {
    return null;
  }
}

/** Makes an image that starts as those of kind do, from the programs of this machine: nothing is pulled. */
export async function buildNodeImage(assets: ControlPlaneAssets, image: string): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'plumbline-node-image-'));
  try {
    for (const folder of ['bin', 'etc', 'kind', 'proc', 'sys', 'dev', 'tmp', 'var', 'run']) {
      await mkdir(join(root, folder), { recursive: true });
    }
    await cp('/bin/busybox', join(root, 'bin', 'busybox'));
    const applets = ['sh', 'sleep', 'echo', 'cat', 'grep', 'mkdir', 'base64', 'setsid', 'test', '['];
    for (const applet of applets) await symlink('busybox', join(root, 'bin', applet));
    for (const program of Object.values(assets)) await addProgram(root, program);
    for (const script of ['entrypoint', 'kubeadm']) await cp(new URL(script, scripts), join(root, 'bin', script));
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const keys = join(root, 'kind', 'service-accounts');
    await writeFile(`${keys}.key`, privateKey.export({ type: 'sec1', format: 'pem' }));
    await writeFile(`${keys}.pub`, publicKey.export({ type: 'spki', format: 'pem' }));
    await writeFile(join(root, 'kind', 'version'), 'v1.20.2\n');
    await writeFile(join(root, 'etc', 'passwd'), 'root:x:0:0:root:/:/bin/sh\n');
    const changes = ['ENV PATH=/bin', 'ENTRYPOINT ["/bin/entrypoint"]', 'EXPOSE 6443'];
    const tar = join(dirname(root), `${image.replace(/\W/g, '-')}.tar`);
    try {
      await run('tar', ['-C', root, '-cf', tar, '.']);
      await run('docker', ['import', ...changes.flatMap((change) => ['--change', change]), tar, image]);
    } finally {
      await rm(tar, { force: true });
    }
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** With the libraries that it is linked to. */
async function addProgram(root: string, program: string): Promise<void> {
  await cp(program, join(root, 'bin', program.split('/').at(-1) ?? ''), { dereference: true });
  const { stdout } = await run('ldd', [program]).catch(() => ({ stdout: '' }));
  for (const [, library] of stdout.matchAll(/(\/\S+\.so\S*)/g)) {
    if (library === undefined) continue;
    await mkdir(join(root, dirname(library)), { recursive: true });
    await cp(library, join(root, library), { dereference: true });
  }
}
