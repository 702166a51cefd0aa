import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ReplayReport } from '../../src/replay/replay-report.js';
import { packageFile } from '../../src/wire/package-file.js';
import { withOneFilePerNode } from './support/one-file-per-node.js';
import { recordingsFolder } from './support/recordings.js';
import { replayDirectory, replaySite } from './support/replay-recording.js';

const exchanges = ['flannel-vxlan', 'macvlan', 'cilium-peer', 'ipvlan-l3'].flatMap((cni) =>
  ['same', 'cross'].map((span) => packageFile(join('capture-fixtures', cni, span))),
);
const folders = [...exchanges, join(recordingsFolder, 'kube-ovn-vxlan', 'pod-to-service')];

/** Flow ids hold the number of the capture, and packets are numbered within their file. */
function conversationsOf({ conversations }: ReplayReport): unknown[] {
  return [...conversations].map(({ points, ...rest }) => ({
    ...rest,
    points: points.map(({ flowId, ...point }) => point),
  }));
}

function placesOf({ captures }: ReplayReport): unknown[] {
  return captures
    .map(({ node, nic, packets, bytes, captured }) => ({ node, nic, packets, bytes, captured }))
    .sort((a, b) => (`${a.node} ${a.nic}` < `${b.node} ${b.nic}` ? -1 : 1));
}

describe('the packets of all NICs of a node in one pcapng file', () => {
  for (const folder of folders) {
    it.each([['each-nic'], ['any']] as const)(
      `${folder.split('/').slice(-2).join(' ')}, captures of %s`,
      async (naming) => {
        const apart = await replaySite(join(folder, 'site.yaml'));
        const together = await withOneFilePerNode(folder, naming, (copy) => replaySite(join(copy, 'site.yaml')));
        expect(conversationsOf(together)).toEqual(conversationsOf(apart));
        expect(together.coverage).toEqual(apart.coverage);
        expect(placesOf(together)).toEqual(placesOf(apart));
      },
    );
  }

  it('in a directory, where NICs and the Pods behind them are told by the packets', async () => {
    const folder = join(recordingsFolder, 'kube-ovn-vxlan', 'pod-to-service');
    const apart = await replayDirectory(folder);
    const together = await withOneFilePerNode(folder, 'any', replayDirectory);
    expect(conversationsOf(together)).toEqual(conversationsOf(apart));
    expect(placesOf(together)).toEqual(placesOf(apart));
    expect(together.platform).toEqual(apart.platform);
  });
});
