import { podKey, type Topology } from '../../platform/topology.js';
import { roleOf } from '../../replay/observation-point.js';
import type { ReportedConversation } from '../../replay/replay-report.js';
import { type PathStep, pathOf, type StepStatus } from '../replay-path.js';
import type { Badge } from './drawing.js';
import { endOf } from './drawn-conversations.js';

/** Points by the place they are drawn at: `placeKey` of a NIC, a Pod or a node. */
export type BadgesByPlace = ReadonlyMap<string, readonly Badge[]>;

export const nicPlace = (node: string, nic: string): string => `nic ${node} ${nic}`;
export const podPlace = (key: string): string => `pod ${key}`;
export const nodePlace = (node: string): string => `node ${node}`;

/** Every point of the conversations where it was seen, and those that are missing where they should have been. */
export function badgesOf(conversations: readonly ReportedConversation[], topology: Topology): BadgesByPlace {
  const places = new Map<string, Map<string, Badge>>();
  const homes = homesOf(topology);
  for (const conversation of conversations) {
    for (const step of pathOf(conversation)) {
      const place = placeOfStep(step, conversation, homes);
      if (place === null) continue;
      const here = places.get(place) ?? new Map<string, Badge>();
      places.set(place, here);
      const { tapSide, status, fails } = step;
      const before = here.get(tapSide);
      const worse = before === undefined || rank(step) > rank(before) ? { status, fails } : before;
      here.set(tapSide, { ...worse, tapSide, conversations: (before?.conversations ?? 0) + 1 });
    }
  }
  return new Map([...places].map(([place, here]) => [place, [...here.values()]]));
}

const severity: readonly StepStatus[] = ['noted', 'seen', 'shared', 'not-judged', 'one-way', 'unexpected', 'missing'];

function rank({ status, fails }: { readonly status: StepStatus; readonly fails: boolean }): number {
  return severity.indexOf(status) + (fails ? severity.length : 0);
}

interface Homes {
  readonly podNic: ReadonlyMap<string, string>;
  readonly nodeNic: ReadonlyMap<string, string>;
}

function homesOf({ nodes, pods }: Topology): Homes {
  const nodeNic = new Map(
    nodes.flatMap(({ name, nics }) =>
      nics
        .filter(({ kind }) => kind === 'physical')
        .slice(0, 1)
        .map((nic) => [name, nic.name]),
    ),
  );
  const podNic = new Map(
    pods.flatMap((pod) => {
      const nic = pod.nics.find(({ hostNic }) => hostNic !== null)?.hostNic ?? nodeNic.get(pod.node);
      return nic == null ? [] : [[podKey(pod), nicPlace(pod.node, nic)] as const];
    }),
  );
  return { podNic, nodeNic };
}

function placeOfStep(step: PathStep, conversation: ReportedConversation, homes: Homes): string | null {
  const { tapSide, point } = step;
  const role = roleOf(tapSide);
  const end = endOf(role === 'server' ? conversation.server : conversation.client);
  const isProcess = tapSide === 'c-p' || tapSide === 's-p';
  if (isProcess) return end.pod === null ? nodePlace(point?.node ?? end.node) : podPlace(end.pod);
  if (point !== null) return nicPlace(point.node, point.nic);
  const isNodeNic = tapSide === 'c-nd' || tapSide === 's-nd' || end.pod === null;
  if (!isNodeNic) return homes.podNic.get(end.pod ?? '') ?? null;
  const nic = homes.nodeNic.get(end.node);
  return nic === undefined ? null : nicPlace(end.node, nic);
}
