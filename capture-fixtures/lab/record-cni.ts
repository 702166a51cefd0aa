import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterFile } from './cluster-file.js';
import type { CniLab } from './cni-lab.js';
import { expectedSpan, expectedText } from './expected.js';
import { createNetwork, type Network } from './network.js';
import { turnOffOffloads } from './parts.js';
import { spans } from './plan.js';
import { recordSpan } from './record-span.js';
import { siteYaml } from './site.js';
import { describeTopology } from './topology.js';

export interface RecordOptions {
  /** Folder that holds one folder for each CNI. */
  readonly out: string;
  /** Folder of the lab's programs. */
  readonly program: string;
  /** Folder of compiled programs; null: they are compiled. */
  readonly objects: string | null;
  readonly onProgress: (text: string) => void;
  /** Handed each network while it stands, so that an interruption can tear it down. */
  readonly onNetwork: (network: Network) => void;
}

/** Builds one CNI's network and records each span. What was recorded before stays until all is there. */
export async function recordCni(lab: CniLab, options: RecordOptions): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'plumbline-lab-'));
  try {
    const recorded = join(scratch, 'recorded');
    const objects = options.objects ?? join(scratch, 'objects');
    await mkdir(recorded);
    await mkdir(objects, { recursive: true });
    await recordSpans(lab, recorded, { ...options, objects });
    const folder = join(options.out, lab.id);
    await rm(folder, { recursive: true, force: true });
    await cp(recorded, folder, { recursive: true });
  } finally {
    await rm(scratch, { recursive: true });
  }
}

async function recordSpans(
  lab: CniLab,
  out: string,
  { program, objects, onProgress, onNetwork }: RecordOptions & { readonly objects: string },
): Promise<void> {
  const network = createNetwork();
  onNetwork(network);
  try {
    const built = await lab.build(network, { program, objects });
    await turnOffOffloads(network);
    const topology = await describeTopology(network, lab, built);
    await writeFile(join(out, 'topology.json'), `${JSON.stringify(topology, null, 1)}\n`);
    for (const span of spans) {
      const points = lab.points[span];
      if (points === undefined) {
        onProgress(`${lab.id} ${span}: not recorded: ${lab.without?.[span] ?? 'no points are declared'}`);
        continue;
      }
      const from = performance.now();
      const folder = join(out, span);
      const recorded = await recordSpan(network, lab, built, { span, folder, program });
      await writeFile(join(folder, 'site.yaml'), siteYaml(lab, built, topology, { span, points }, recorded));
      await writeFile(join(folder, 'expected.json'), expectedText(expectedSpan(lab, span, points)));
      if (span === 'pod-to-service')
        await writeFile(join(folder, 'cluster.json'), clusterFile(span, built.addresses, built.addresses6));
      const seconds = ((performance.now() - from) / 1000).toFixed(1);
      onProgress(`${lab.id} ${span}: ${recorded.length} NICs recorded in ${seconds} s`);
    }
  } finally {
    await network.tearDown();
  }
}
