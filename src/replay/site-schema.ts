import { z } from 'zod';
import { parseIpWithPrefix } from '../platform/ip.js';
import { platformKinds } from '../platform/known-platform.js';
import { parseMac } from '../platform/mac.js';
import { isTapSide } from './observation-point.js';

const name = z.union([z.string().min(1), z.number()]).transform(String);
const mac = z.string().refine((text) => parseMac(text) !== null, 'a MAC address such as 02:00:00:00:01:0a');
const ip = z
  .string()
  .refine((text) => parseIpWithPrefix(text) !== null, 'an IP address such as 10.10.0.1 or 10.10.0.1/24');
const ifindex = z.number().int().min(1);
const tapSide = z.string().refine(isTapSide, 'an observation point such as c, c-nd, s-nd, s, c-p or s-p');

/** Checked apart, by the room that knows DeepFlow's keys. */
const agent = z.unknown();

const nodeNic = z.strictObject({
  name,
  mac: mac.optional(),
  ips: z.array(ip).optional(),
  ifindex: ifindex.optional(),
  mappedMac: mac.optional(),
  /** Link kind as `ip -d link` shows it (veth, bridge, vxlan, ...); guessed from the name otherwise. */
  kind: z.string().optional(),
});

const node = z.strictObject({
  name,
  nics: z.array(nodeNic).optional(),
  ips: z.array(ip).optional(),
  agent: agent.optional(),
  localSegments: z.array(mac).optional(),
  remoteSegments: z.array(mac).optional(),
});

const podNic = z.strictObject({
  name: name.optional(),
  kind: z.enum(['veth', 'macvlan', 'ipvlan']).optional(),
  hostNic: name.optional(),
  mac: mac.optional(),
  ips: z.array(ip).optional(),
});

const pod = z.strictObject({
  name,
  namespace: name.optional(),
  node: name,
  nics: z.array(podNic).optional(),
  ips: z.array(ip).optional(),
  vpc: name.optional(),
});

const capture = z.strictObject({
  node: name.optional(),
  nic: name.optional(),
  pod: name.optional(),
  file: name.optional(),
  files: z.array(name).min(1).optional(),
});

const syscalls = z.strictObject({
  node: name.optional(),
  file: name.optional(),
  files: z.array(name).min(1).optional(),
});

const expectedConversation = z.strictObject({
  client: name.optional(),
  server: name.optional(),
  port: z.number().int().min(0).max(65_535).optional(),
  protocol: z.union([z.string(), z.number()]).optional(),
  tapSides: z.array(tapSide),
});

const expectation = z.strictObject({
  cni: z.string().optional(),
  span: z.string().optional(),
  tapSides: z.array(tapSide).optional(),
  conversations: z.array(expectedConversation).optional(),
});

export const siteSchema = z.strictObject({
  agent: agent.optional(),
  platform: z.enum(platformKinds).optional(),
  nodes: z.array(node).min(1),
  pods: z.array(pod).optional(),
  resources: z.string().optional(),
  captures: z.array(capture).min(1),
  syscalls: z.array(syscalls).optional(),
  expect: expectation.optional(),
  vips: z.array(ip).optional(),
});

export type SiteDocument = z.output<typeof siteSchema>;
export type SiteNodeDocument = z.output<typeof node>;
export type SitePodDocument = z.output<typeof pod>;
export type SiteExpectationDocument = z.output<typeof expectation>;
