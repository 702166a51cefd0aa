import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageFile } from '../../src/wire/package-file.js';
import type { Patch } from './agent-mutant.js';

export interface PatchedAgent {
  /** Starts it. */
  readonly command: readonly string[];
  remove(): Promise<void>;
}

/**
 * A copy of the built reference agent, patched.
 *
 * @throws Error where the text of a patch does not stand in its file exactly once: the agent has changed, and the patch has to follow
 */
export async function patchAgent(patches: readonly Patch[]): Promise<PatchedAgent> {
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-mutant-'));
  const remove = () => rm(folder, { recursive: true });
  try {
    await cp(packageFile('dist/examples/agents/typescript'), join(folder, 'agent'), { recursive: true });
    // The copy finds its libraries, its .proto files and what kind of modules it is made of where the original does: above it.
    for (const name of ['node_modules', 'proto', 'package.json']) await symlink(packageFile(name), join(folder, name));
    for (const patch of patches) {
      const file = join(folder, 'agent', patch.file);
      await writeFile(file, patched(await readFile(file, 'utf8'), patch));
    }
  } catch (thrown) {
    await remove();
    throw thrown;
  }
  return { command: [process.execPath, join(folder, 'agent', 'agent.js')], remove };
}

export function patched(text: string, { file, find, replace }: Patch): string {
  const count = text.split(find).length - 1;
  if (count !== 1) {
    throw new Error(
      `The patch of ${file} was to replace a text that stands there once; it stands there ${count} times:\n${find}`,
    );
  }
  return text.replace(find, () => replace);
}
