import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CniLab } from '../capture-fixtures/lab/cni-lab.js';
import type { ExpectedConversation, ExpectedSpan } from '../capture-fixtures/lab/expected.js';
import { labs } from '../capture-fixtures/lab/labs.js';
import type { Span } from '../capture-fixtures/lab/plan.js';
import type { CniId } from '../src/replay/matrix-cell.js';
import { packageFile } from '../src/wire/package-file.js';
import type { GeneratedBlock } from './generated-block.js';

const root = packageFile('capture-fixtures/recordings');

interface Recorded {
  readonly lab: CniLab;
  readonly kernel: string;
  readonly spans: Readonly<Partial<Record<Span, ExpectedSpan>>>;
}

/** Tables of docs/coverage.md, from what the recordings are shown to hold by the matrix test. */
export function coverageBlocks(): readonly GeneratedBlock[] {
  const recorded = labs.flatMap((lab) => readRecorded(lab));
  const file = 'docs/coverage.md';
  return [
    { file, name: 'matrix', text: matrixTable(recorded) },
    { file, name: 'further-spans', text: spansTable(recorded) },
    { file, name: 'other-configurations', text: variantsTable(recorded) },
    { file, name: 'recordings', text: recordingsTable(recorded) },
  ];
}

function readRecorded(lab: CniLab): readonly Recorded[] {
  const topology = join(root, lab.id, 'topology.json');
  if (!existsSync(topology)) return [];
  const { kernel } = JSON.parse(readFileSync(topology, 'utf8')) as { readonly kernel: string };
  const spans = Object.keys(lab.points).flatMap((span) => {
    const file = join(root, lab.id, span, 'expected.json');
    return existsSync(file) ? [[span, JSON.parse(readFileSync(file, 'utf8')) as ExpectedSpan] as const] : [];
  });
  return [{ lab, kernel, spans: Object.fromEntries(spans) }];
}

interface Documented {
  readonly sameNode: string;
  readonly crossNode: string;
}

const usual: Documented = { sameNode: 'Pod NIC', crossNode: 'Pod NIC, Node NIC' };
const nodeOnly: Documented = { sameNode: 'none', crossNode: 'Node NIC' };
const mirrored: Documented = { sameNode: 'Pod NIC, from eth0, shared', crossNode: 'Pod NIC, from eth0' };

/** Where DeepFlow's documentation says that packets are seen, besides the system calls of both ends. */
const documented: Readonly<Record<CniId, Documented>> = {
  veth: usual,
  cilium: nodeOnly,
  'cilium-default-regex': nodeOnly,
  macvlan: mirrored,
  'cce-turbo': mirrored,
  ipvlan: nodeOnly,
  terway: nodeOnly,
  'kube-ovn-vxlan': usual,
  'kube-ovn-geneve': { sameNode: 'Pod NIC', crossNode: 'Pod NIC (Geneve: not supported in 2022)' },
  'kube-ovn-underlay': usual,
};

function matrixTable(recorded: readonly Recorded[]): string {
  const rows = recorded.map(({ lab, spans }) => [
    code(lab.id),
    documented[lab.row].sameNode,
    placesOf(lab, spans['same-node']),
    documented[lab.row].crossNode,
    placesOf(lab, spans['cross-node']),
  ]);
  return table(
    ['recording', 'same node, documented', 'same node, measured', 'cross node, documented', 'cross node, measured'],
    rows,
  );
}

/** Positions of the packets, and the points by their names. */
function placesOf(lab: CniLab, span: ExpectedSpan | undefined): string {
  const [conversation] = span?.conversations ?? [];
  if (span === undefined || conversation === undefined) return 'not recorded';
  const packets = conversation.parts.flat().filter((point) => !/^[cs]-p /.test(point));
  const positions = [...new Set(packets.map((point) => positionOf(lab, point)))];
  const shared = packets.some((point) => point.endsWith(' shared')) ? ', shared' : '';
  return `${positions.length === 0 ? 'none' : positions.join(', ')}${shared}: ${code(sidesOf(conversation))}`;
}

function positionOf({ agent }: CniLab, point: string): string {
  if (point.split(' ')[2] !== 'eth0') return 'Pod NIC';
  return agent?.tap_mode === 1 ? 'Pod NIC, from eth0' : 'Node NIC';
}

/** `c-p c c-nd`; places that nothing joins stand on either side of a bar. */
function sidesOf({ parts }: Pick<ExpectedConversation, 'parts'>): string {
  const sides = parts.map((part) => [...new Set(part.map((point) => point.split(' ')[0] ?? ''))].join(' '));
  return sides.length === 0 ? '-' : sides.join(' / ');
}

function spansTable(recorded: readonly Recorded[]): string {
  const cell = (span: ExpectedSpan | undefined): string => {
    if (span === undefined) return 'not recorded';
    const tcp = span.conversations.find(({ protocol }) => protocol === 6);
    const udp = span.conversations.find(({ protocol }) => protocol === 17);
    if (tcp === undefined || udp === undefined) return '-';
    const [ofTcp, ofUdp] = [sidesOf(tcp), sidesOf(udp)];
    return ofTcp === ofUdp ? code(ofTcp) : `TCP ${code(ofTcp)}, UDP ${code(ofUdp)}`;
  };
  const rows = recorded.map(({ lab, spans }) => [
    code(lab.id),
    cell(spans['pod-to-service']),
    cell(spans['pod-to-node']),
    cell(spans['node-to-pod']),
  ]);
  return table(['recording', 'Pod to Service', 'Pod to another node', 'node to Pod of another'], rows);
}

function variantsTable(recorded: readonly Recorded[]): string {
  const rows = recorded.flatMap(({ lab, spans }) =>
    Object.values(spans).flatMap(({ span, variants }) =>
      variants.map(({ name, set, platform, otherPodMacs, parts, verdict, advice }) => {
        const settings = Object.entries(set).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
        const known = [
          ...(platform === 'reported' ? [] : [`platform: ${platform}`]),
          ...(otherPodMacs ? ['other MACs of the Pods'] : []),
        ];
        const changed = [...settings, ...known].map(code).join(', ');
        const [points] = Object.values(parts);
        const outcome = `${verdict}${advice === null ? '' : `, ${code(advice)}`}`;
        return [code(lab.id), span, `${name} (${changed})`, code(sidesOf({ parts: points ?? [] })), outcome];
      }),
    ),
  );
  return table(['recording', 'span', 'what is other', 'seen', 'replay says'], rows);
}

function recordingsTable(recorded: readonly Recorded[]): string {
  const rows = recorded.map(({ lab, kernel }) => {
    const agent = Object.entries(lab.agent ?? {}).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
    return [code(lab.id), lab.title, agent.length === 0 ? 'defaults' : agent.map(code).join(', '), kernel];
  });
  return table(['recording', 'made of', 'agents configured with', 'kernel'], rows);
}

function code(text: string): string {
  // A bar would end the cell of the table.
  return `\`${text.replaceAll('|', '\\|')}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return lines.join('\n');
}
