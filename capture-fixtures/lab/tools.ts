import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { LabError } from './lab-error.js';

/** A program that a lab runs, and the Debian package that has it. */
export interface Tool {
  readonly program: string;
  readonly package: string;
}

/** What every lab needs. */
export const commonTools: readonly Tool[] = [
  { program: 'ip', package: 'iproute2' },
  { program: 'tcpdump', package: 'tcpdump' },
  { program: 'strace', package: 'strace' },
  { program: 'nft', package: 'nftables' },
  { program: 'ethtool', package: 'ethtool' },
  { program: 'sysctl', package: 'procps' },
  { program: 'taskset', package: 'util-linux' },
  { program: 'python3', package: 'python3-minimal' },
];

/**
 * What keeps a lab from being built here, each with what to do; empty where nothing does.
 *
 * @param tools besides the common ones
 */
export async function obstacles(tools: readonly Tool[] = []): Promise<readonly string[]> {
  const found: string[] = [];
  if (process.platform !== 'linux') found.push(`this is ${process.platform}: network namespaces need Linux`);
  else if (process.getuid?.() !== 0) found.push('network namespaces need root: run it as root, or with sudo');
  const missing: Tool[] = [];
  for (const tool of [...commonTools, ...tools]) if (!(await isThere(tool.program))) missing.push(tool);
  if (missing.length > 0) {
    const packages = [...new Set(missing.map((tool) => tool.package))].join(' ');
    found.push(
      `${missing.map((tool) => tool.program).join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing; on Debian: apt-get install -y --no-install-recommends ${packages}`,
    );
  }
  return found;
}

/** @throws LabError */
export async function demandTools(tools: readonly Tool[] = []): Promise<void> {
  const found = await obstacles(tools);
  if (found.length > 0) throw new LabError(`The lab cannot be built here: ${found.join('; ')}.`);
}

async function isThere(program: string): Promise<boolean> {
  for (const directory of [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']) {
    const found = await access(join(directory, program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}
