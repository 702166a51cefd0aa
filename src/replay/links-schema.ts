import { z } from 'zod';
import { parseMac } from '../platform/mac.js';

const ifindex = z.number().int().min(0);
const address = z.looseObject({ local: z.string().optional(), prefixlen: z.number().optional() });

/**
 * A NIC as `ip -d -j addr` prints it, of which these are read; or, shorter, `{ifname, iflink, mac, addresses}`. What else
 * `ip` prints differs from release to release and is passed over.
 */
const link = z.looseObject({
  ifname: z.string().min(1),
  ifindex: ifindex.optional(),
  link_index: ifindex.optional(),
  link: z.string().nullable().optional(),
  iflink: ifindex.optional(),
  address: z.string().optional(),
  mac: z
    .string()
    .refine((text) => parseMac(text) !== null, 'a MAC address such as 02:00:00:00:01:0a')
    .optional(),
  linkinfo: z.looseObject({ info_kind: z.string().optional() }).optional(),
  addr_info: z.array(address).optional(),
  addresses: z.array(z.string()).optional(),
});

/** Old releases of `ip` print an empty object for each NIC that they were not asked for. */
const links = z.preprocess(
  (value) => (Array.isArray(value) ? value.filter((each) => !isEmptyObject(each)) : value),
  z.array(link),
);

const container = z.strictObject({
  /** Number of the network namespace, as in `net:[4026532000]`. */
  netns: z.string().optional(),
  links,
});

export const linksSchema = z.strictObject({
  schema: z.literal('plumbline/links/1').optional(),
  node: z.string().min(1).optional(),
  root: links,
  containers: z.array(z.union([container, links.transform((of) => ({ links: of }))])).default([]),
});

export type LinksDocument = z.output<typeof linksSchema>;
export type LinkDocument = z.output<typeof link>;

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}
