import type { ReportedConversation, ReportedEnd } from '../../replay/replay-report.js';
import { count } from '../quantities.js';
import { ownerText } from '../replay-words.js';
import type { DrawnPath, PathEnd } from './drawing.js';

const maxPaths = 12;

/** Those that are judged; where none is, those between Pods and nodes that could be. */
export function drawnConversations(conversations: readonly ReportedConversation[]): readonly ReportedConversation[] {
  const judged = conversations.filter((conversation) => conversation.judged);
  return judged.length > 0 ? judged : conversations.filter(({ kind }) => kind === undefined);
}

export interface Paths {
  readonly paths: readonly DrawnPath[];
  readonly leftOut: readonly string[];
}

/** One path for all conversations between two ends, those that failed first. */
export function pathsOf(conversations: readonly ReportedConversation[]): Paths {
  const byEnds = new Map<string, ReportedConversation[]>();
  for (const conversation of conversations) {
    const { client, server } = conversation;
    if (client.node === '' || server.node === '') continue;
    const key = JSON.stringify([endOf(client), endOf(server)]);
    const same = byEnds.get(key);
    if (same === undefined) byEnds.set(key, [conversation]);
    else same.push(conversation);
  }
  const all = [...byEnds.values()]
    .map((same) => ({ same, failed: same.filter(({ verdict }) => verdict === 'fail').length }))
    .sort((a, b) => Number(b.failed > 0) - Number(a.failed > 0));
  const paths = all.slice(0, maxPaths).flatMap(({ same, failed }, i): DrawnPath[] => {
    const [first] = same;
    if (first === undefined) return [];
    const { client, server } = first;
    const title = `${ownerText(client)} to ${ownerText(server)}`;
    const judged = same.some((conversation) => conversation.judged);
    return [
      {
        number: i + 1,
        client: endOf(client),
        server: endOf(server),
        title,
        conversations: same.length,
        failed,
        judged,
      },
    ];
  });
  const left = all.length - paths.length;
  return { paths, leftOut: left > 0 ? [`${count(left, 'path')} between other ends`] : [] };
}

export function endOf({ node, pod, namespace }: ReportedEnd): PathEnd {
  return { node, pod: pod === '' ? null : `${namespace}/${pod}` };
}
