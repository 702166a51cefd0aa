import { isIP } from 'node:net';

/**
 * Why a request that changes something is not taken: a page of another site had somebody's browser send it. Programs do
 * not send these headers, and are not held up. null: it is taken.
 */
export function foreignPage(headers: Headers): string | null {
  const site = headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none') {
    return `a page of another site sent it (Sec-Fetch-Site: ${site.slice(0, 40)})`;
  }
  const origin = headers.get('origin');
  if (origin === null) return null;
  const host = headers.get('host') ?? '';
  if (hostOf(origin) !== host.toLowerCase()) return `a page of ${origin.slice(0, 100)} sent it`;
  // A name of somebody else's may lead to this machine: then both headers agree.
  return isOwnName(host)
    ? null
    : `a page of ${origin.slice(0, 100)} sent it, a name that anybody may have given to this address`;
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host.toLowerCase() : null;
}

function isOwnName(host: string): boolean {
  const name = host
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
  return name === 'localhost' || isIP(name) !== 0;
}
