import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageFile } from '../../src/wire/package-file.js';
import { recordingsFolder, recordingsIn } from '../capture-fixtures/support/recordings.js';
import { replaySite } from '../capture-fixtures/support/replay-recording.js';
import { comparable } from './support/compare.js';
import { anonymousCopy, leaks } from './support/copy.js';

const older = ['flannel-vxlan', 'macvlan', 'cilium-peer', 'ipvlan-l3'].flatMap((cni) =>
  ['same', 'cross'].map((span) => ({ cni, span, folder: packageFile(join('capture-fixtures', cni, span)) })),
);
/** Each tunnel across nodes; IPv6; addresses that are translated in a tunnel. */
const tunnels = ['calico-ipip', 'cilium-geneve', 'erspan-mirror', 'gre', 'kube-ovn-without-lb'];
const newer = recordingsIn(recordingsFolder).filter(
  ({ cni, span }) =>
    (tunnels.includes(cni) && span === 'cross-node') || (cni === 'dual-stack' && span !== 'node-to-pod'),
);
const recordings = [...older, ...newer].filter(({ folder }) => existsSync(join(folder, 'site.yaml')));

describe('an anonymous copy of a recording', () => {
  it.each(recordings)('of $cni, $span replays alike and holds nothing of the original', async ({ folder }) => {
    const copy = await anonymousCopy(folder);
    expect(copy.exitCode).toBe(0);
    expect(await leaks(copy.out, copy.mapping)).toEqual([]);
    const before = comparable(await replaySite(join(folder, 'site.yaml')), copy.mapping);
    expect(comparable(await replaySite(join(copy.out, 'site.yaml')), null)).toEqual(before);
  });
});
