import { formatMac } from '../../platform/mac.js';
import { type Adviser, adviceFrom, collectEvidence, evidenceOf } from './advice.js';

/** Rows at rest of a Pod of that very node, whose MAC DeepFlow was not told. */
export const unknownPodMac: Adviser = ({ inside, platform, tags }) => {
  const found = collectEvidence();
  for (const { conversation } of inside) {
    for (const row of conversation.rows) {
      if (row.source !== 'packet' || row.tapSide !== 'rest') continue;
      const local = [row.client, row.server].find((end) => tags.tagsOf(end.ip).node === row.node);
      if (local === undefined || platform.interfaceByMac(local.mac)?.ips.includes(local.ip) === true) continue;
      const { pod, namespace, type } = tags.tagsOf(local.ip);
      if (type !== 'pod') continue;
      found.add(() => {
        const decided = row.decision?.decided;
        const rows = [decided?.sourceRow?.id, decided?.destinationRow?.id]
          .filter((id) => id !== undefined)
          .join(' and ');
        const what = `Pod ${namespace}/${pod} is behind ${formatMac(local.mac)}, which no NIC of it has in the platform data`;
        return evidenceOf(row, `${what}; rows ${rows}`);
      });
    }
  }
  const why =
    platform.kind === 'reported'
      ? 'A Pod’s MAC is on the wire and not in the platform data, so that no place can be decided (rest).'
      : `The platform data (${platform.kind}) holds no MACs of Pods, so that no place can be decided where a MAC decides (rest).`;
  const setting =
    'let an agent with access to the host’s network namespaces run on each node, so that it reports the Pods’ NICs';
  return adviceFrom('unknown-pod-mac', why, setting, found);
};
