import type { CallRecord } from '../journal/record.js';

type Metadata = CallRecord['metadata'];

/**
 * Turns the headers of a connection's calls into metadata. Calls of one client mostly carry the same; they then share one
 * list, which keeps the records of many calls small.
 *
 * @returns all headers but those of HTTP/2 itself, in order of arrival; values of "-bin" headers travel as base64
 */
export function createSharedMetadata(): (rawHeaders: readonly string[]) => Metadata {
  let last: Metadata = [];
  return (rawHeaders) => {
    if (!isSame(last, rawHeaders)) last = metadataOf(rawHeaders);
    return last;
  };
}

function isSame(metadata: Metadata, rawHeaders: readonly string[]): boolean {
  let position = 0;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.startsWith(':')) continue;
    const pair = metadata[position];
    if (pair === undefined || pair[0] !== rawHeaders[index] || pair[1] !== rawHeaders[index + 1]) return false;
    position += 1;
  }
  return position === metadata.length;
}

function metadataOf(rawHeaders: readonly string[]): Metadata {
  const pairs: (readonly [string, string])[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (!name.startsWith(':')) pairs.push([name, rawHeaders[index + 1] ?? '']);
  }
  return pairs;
}
