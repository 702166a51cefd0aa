import type { Mapping } from '../../../src/anonymize/anonymizer.js';
import type { ReplayReport } from '../../../src/replay/replay-report.js';

/** What must be the same of two replays: coverage, and each conversation with its points, in no order. */
export function comparable(report: ReplayReport, mapping: Mapping | null): unknown {
  const name = (kind: string, text: string | null): string | null =>
    text === null ? null : (mapping?.names[kind]?.[text] ?? text);
  const ip = (text: string): string => mapping?.addresses[text] ?? text;
  const pod = (text: string | null): string | null => {
    const [namespace = '', rest] = (text ?? '').split('/', 2);
    return rest === undefined ? name('pod', text) : `${name('namespace', namespace)}/${name('pod', rest)}`;
  };
  const place = (text: string): string => {
    const [node = '', nic] = text.split(' ', 2);
    return [name('node', node), ...(nic === undefined ? [] : [name('nic', nic)])].join(' ');
  };
  const end = (of: { ip: string; port: number; pod: string | null; node: string | null }) => ({
    ip: ip(of.ip),
    port: of.port,
    pod: pod(of.pod),
    node: name('node', of.node),
  });
  const conversations = [...report.conversations].map((conversation) => ({
    ...conversation,
    client: end(conversation.client),
    server: end(conversation.server),
    serverSeenAs: conversation.serverSeenAs.map((seen) => ({ ...seen, ip: ip(seen.ip) })),
    clientSeenAs: conversation.clientSeenAs.map((seen) => ({ ...seen, ip: ip(seen.ip) })),
    segments: conversation.segments.length,
    positions: Object.fromEntries(
      Object.entries(conversation.positions ?? {}).map(([position, judged]) => [
        position,
        { ...judged, nics: judged.nics.map((text) => place(text)) },
      ]),
    ),
    points: conversation.points.map((point) => ({
      ...point,
      node: name('node', point.node),
      nic: name('nic', point.nic),
      tunnel: point.tunnel === null ? null : { ...point.tunnel, src: ip(point.tunnel.src), dst: ip(point.tunnel.dst) },
    })),
  }));
  return {
    verdict: report.verdict,
    coverage: report.coverage,
    conversations: conversations.map((conversation) => sortedText(conversation)).sort(),
    captures: report.captures.map(({ packets, bytes }) => `${packets} ${bytes}`).sort(),
  };
}

/** Lists within are in no order that names do not decide. */
function sortedText(value: unknown): string {
  return JSON.stringify(value, (_, of: unknown) =>
    Array.isArray(of) ? [...of].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : of,
  );
}
