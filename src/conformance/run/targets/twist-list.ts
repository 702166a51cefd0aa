import type { ListTwist } from '../../../apiserver/request-hook.js';

/** resourceVersion that lists of a resource had so many changes ago; null where that is not remembered. */
export type VersionBefore = (plural: string, changes: number) => string | null;

/** The query by which a real server itself gives the list that a fault asks for. */
export function twistedQuery(
  query: URLSearchParams,
  twist: ListTwist,
  resource: string,
  versionBefore: VersionBefore,
): URLSearchParams {
  const twisted = new URLSearchParams(query);
  const limit = Number(query.get('limit') ?? 0);
  if (twist.pageLimit !== undefined && limit > twist.pageLimit) twisted.set('limit', String(twist.pageLimit));
  const token = query.get('continue') ?? '';
  if (twist.changesAgo !== undefined && token === '') {
    const version = versionBefore(resource, twist.changesAgo);
    if (version !== null) {
      twisted.set('resourceVersion', version);
      twisted.set('resourceVersionMatch', 'Exact');
    }
  }
  if (twist.empty === true) twisted.set('limit', '1');
  return twisted;
}

/** A List without its items. */
export function withoutItems(list: string): string {
  const { metadata, ...rest } = JSON.parse(list) as { readonly metadata: Readonly<Record<string, unknown>> };
  const { continue: _, remainingItemCount: __, ...kept } = metadata;
  return `${JSON.stringify({ ...rest, metadata: kept, items: [] })}\n`;
}

/** The token for whatever of a list is there now, as the real server gives it with 410; null for a token that is none. */
export function inconsistentToken(token: string): string | null {
  try {
    const read: unknown = JSON.parse(Buffer.from(token, 'base64').toString('utf8'));
    if (typeof read !== 'object' || read === null || !('start' in read)) return null;
    return Buffer.from(JSON.stringify({ ...read, rv: -1 })).toString('base64url');
  } catch {
    return null;
  }
}
