import { z } from 'zod';
import { platformKinds } from '../platform/known-platform.js';
import { cniIds, spans } from '../replay/matrix-cell.js';
import { type TapSide, tapSideNumbers } from '../replay/observation-point.js';
import { replayReportSchema as schemaName } from '../replay/replay-report.js';

const tapSide = z
  .enum(Object.keys(tapSideNumbers) as [TapSide, ...TapSide[]])
  .meta({ id: 'TapSide', description: 'Observation point, by DeepFlow’s name' });
const tapSides = z.array(tapSide);
const whole = z.number().int().min(0);
const microseconds = z.number().describe('Microseconds');
const timestamp = z.number().describe('Microseconds since 1970');
const span = z.enum(spans);
const verdict = z
  .enum(['pass', 'fail', 'not-judged'])
  .meta({ id: 'Verdict', description: 'not-judged: nothing was expected, or nothing that could be judged was seen' });
const address = z.object({ ip: z.string(), port: whole });

const end = z
  .object({
    ip: z.string(),
    port: whole,
    pod: z.string().describe('"" where the address is no Pod’s'),
    namespace: z.string(),
    node: z.string().describe('"" where it is not known'),
  })
  .meta({ id: 'End' });

const explainedPeer = z
  .object({
    ip: z.string(),
    mac: z.string(),
    l2End: z.boolean(),
    l3End: z.boolean(),
    localMac: z.boolean(),
    localIp: z.boolean(),
    epc: z.number().int().describe('Number of the VPC; 0 unknown, -2 Internet'),
    macOwner: z.string(),
    ipOwner: z.string(),
    steps: z.array(z.string()).describe('How the labels came about'),
    row: z
      .object({ id: z.string(), answer: z.string().nullable(), means: z.string() })
      .nullable()
      .describe('Row of the table, null where none was asked'),
  })
  .meta({ id: 'ExplainedPeer' });

const explanation = z
  .object({
    tapSide: z.string(),
    decidedBy: z.string(),
    agentType: z.number().int(),
    captureNetworkType: z.number().int(),
    tunnelTier: whole,
    sameMac: z.boolean(),
    client: explainedPeer,
    server: explainedPeer,
    resolution: z
      .object({ id: z.string(), keeps: z.string(), means: z.string() })
      .nullable()
      .describe('Which of two answers was kept'),
  })
  .meta({ id: 'Explanation' });

const point = z
  .object({
    tapSide,
    node: z.string(),
    nic: z.string().describe('"" for a system call'),
    source: z.enum(['packet', 'syscall']),
    position: z.string().describe('syscall, pod-nic or node-nic'),
    packetsTx: whole.describe('Client to server; calls for a system call'),
    packetsRx: whole,
    bytesTx: whole,
    bytesRx: whole,
    direction: z.enum(['both', 'tx-only', 'rx-only']),
    sharedWith: tapSides.describe('Points that the very same packets stand for'),
    tunnel: z
      .object({ type: whole, tier: whole, id: whole, src: z.string(), dst: z.string() })
      .nullable()
      .describe('Outermost header, whole addresses'),
    closeType: whole.describe('DeepFlow’s number'),
    rtt: microseconds.nullable(),
    srt: microseconds.nullable(),
    art: microseconds.nullable(),
    retransTx: whole,
    retransRx: whole,
    zeroWin: whole,
    firstTs: timestamp,
    lastTs: timestamp,
    flowId: z.string().regex(/^\d+$/).nullable().describe('64 bits, decimal'),
    inferred: z.boolean().describe('The capture has no MACs to decide by'),
    explain: explanation.exactOptional().describe('With --explain'),
  })
  .meta({ id: 'Point' });

const segment = z
  .object({
    from: tapSide,
    to: tapSide,
    fromPlace: z.string(),
    toPlace: z.string(),
    lost: whole.nullable().describe('Packets that one point saw and the next one did not'),
    latency: microseconds.nullable(),
    latencyBy: z.enum(['timestamps', 'rtt']).nullable(),
  })
  .meta({ id: 'Segment' });

const position = z
  .object({
    expected: z.boolean(),
    seen: z.boolean(),
    nics: z.array(z.string()),
    direction: z.enum(['both', 'one']).nullable(),
    shared: z.boolean(),
  })
  .meta({ id: 'Position' });

const conversation = z
  .object({
    protocol: whole.max(255).describe('IANA number'),
    judged: z.boolean(),
    reason: z.string().exactOptional().describe('Why it is not judged'),
    kind: z.string().exactOptional().describe('tunnel-outer, group, node-to-node or outside'),
    client: end,
    server: end,
    serverSeenAs: z.array(address),
    clientSeenAs: z.array(address),
    joinedBy: z.string().describe('address, or sequence-numbers where addresses are translated'),
    span: span.nullable(),
    points: z.array(point).describe('In the order of the path'),
    segments: z.array(segment).describe('Between consecutive points'),
    expected: tapSides,
    missing: tapSides,
    unexpected: tapSides,
    notJudged: tapSides.describe('Expected, without evidence of any kind in the site'),
    incomplete: tapSides.describe('One direction only, where both are expected'),
    positions: z.object({ syscall: position, podNic: position, nodeNic: position }).nullable(),
    why: z.string().describe('Why these points are expected'),
    verdict,
  })
  .meta({ id: 'Conversation' });

const coveredPosition = z.object({ expected: z.boolean(), seen: z.boolean() });

const coverage = z
  .object({
    cni: z.enum(cniIds).nullable(),
    span: span.nullable(),
    spans: z.array(z.object({ span, conversations: whole, passed: whole })),
    judged: whole,
    passed: whole,
    positions: z.object({ syscall: coveredPosition, podNic: coveredPosition, nodeNic: coveredPosition }),
    expected: tapSides,
    seen: tapSides,
    missing: tapSides,
    unexpected: tapSides,
    notJudged: tapSides,
    unmet: z
      .array(z.object({ node: z.string(), setting: z.string(), found: z.string(), expected: z.string() }))
      .describe('Configuration that the row presupposes and the agents have not got'),
    verdict,
  })
  .meta({ id: 'Coverage' });

const evidence = z
  .object({
    node: z.string(),
    nic: z.string(),
    file: z.string(),
    flow: z.string(),
    firstPacket: whole.nullable().describe('Number within the capture, from 0'),
    lastPacket: whole.nullable(),
    filter: z.string().describe('For tcpdump; "" for all packets'),
    detail: z.string(),
  })
  .meta({ id: 'Evidence' });

const advice = z
  .object({
    id: z.string(),
    why: z.string(),
    setting: z.string().describe('`key: value`, several parted by "; ", or what else to do'),
    evidence: z.array(evidence),
  })
  .meta({ id: 'Advice' });

/** The shape of the JSON report of a replay; docs/schemas/replay-report.schema.json is made from it. */
export const replayReportShape = z
  .object({
    schema: z.literal(schemaName),
    site: z.string(),
    config: z.record(z.string(), z.unknown()).describe('Settings in effect, by DeepFlow’s names'),
    captures: z.array(
      z.object({
        node: z.string(),
        nic: z.string(),
        file: z.string(),
        packets: whole,
        bytes: whole,
        captured: z.boolean().describe('The agent’s configuration captures this NIC'),
        note: z.string().exactOptional(),
        pod: z.string().exactOptional().describe('namespace/name, where it was taken inside a Pod'),
      }),
    ),
    platform: z.object({
      kind: z.enum(platformKinds),
      facts: z.array(
        z.object({
          owner: z.string(),
          nic: z.string(),
          ips: z.array(z.string()),
          mac: z.string(),
          origin: z.enum(['given', 'learnt', 'assumed', 'unknown']),
          evidence: z.string(),
        }),
      ),
      refused: z.array(z.string()),
    }),
    conversations: z.array(conversation),
    conversationsLeftOut: whole,
    coverage: coverage.nullable().describe('null where nothing is expected'),
    advice: z.array(advice),
    notes: z.array(z.string()).describe('What of the configuration is not applied, and what could not be found out'),
    verdict,
  })
  .describe('JSON report of plumbline replay');

/** JSON Schema (draft 2020-12) of the report, as text. */
export function replayReportJsonSchema(): string {
  const schema = z.toJSONSchema(replayReportShape);
  return `${JSON.stringify(schema, null, 2)}\n`;
}
