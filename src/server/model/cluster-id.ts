import { createHash } from 'node:crypto';
import { shortText } from './lcuuid.js';

/** What the id of a Kubernetes domain must look like, else no domain is made for it. */
const clusterIdPattern = /^[0-9a-zA-Z][-0-9a-zA-Z]{0,31}$/;

export function isClusterId(text: string): boolean {
  return clusterIdPattern.test(text);
}

/**
 * The cluster id for the MD5 of a cluster's CA certificate: "d-" and ten of [0-9a-zA-Z], the same for the same MD5. The
 * real server gives ids of the same shape, but other ones.
 */
export function clusterIdOfMd5(md5: string): string {
  return `d-${shortText(createHash('sha256').update(md5).digest('hex'), 10)}`;
}

/** Null where `md5` will do; else what the server answers (its own spelling, which clients may look for). */
export function md5Problem(md5: string): string | null {
  // The server counts bytes.
  return Buffer.byteLength(md5) === 32 ? null : `md5 (${md5.slice(0, 256)}) is invaild`;
}
