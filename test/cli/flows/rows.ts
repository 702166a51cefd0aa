import { createTagIndex } from '../../../src/platform/tags.js';
import type { FlowRow } from '../../../src/replay/flow-columns.js';
import { flowRow } from '../../../src/replay/flow-row.js';
import { flowPeer, flowRecord } from '../../replay/support/flow-record.js';

const tags = createTagIndex({ nodes: [], pods: [], vips: [] }, null);

/** The i-th of as many different rows as one likes. */
export function rowOf(i: number, more: Partial<FlowRow> = {}): FlowRow {
  const record = flowRecord({
    flowId: 2n ** 63n + BigInt(i),
    startTime: 1_795_288_096_187_771 + i,
    synSeq: 4_294_967_295,
    client: flowPeer({ ip: `10.0.${(i >> 8) & 255}.${i & 255}`, port: i % 65_536, packets: i, l2End: i % 2 === 0 }),
  });
  return { ...flowRow(record, { node: 'n1', nic: 'eth0', tapSide: 'c-nd' }, tags), tap_port: 2n ** 64n - 1n, ...more };
}

export function rowsOf(count: number): FlowRow[] {
  return Array.from({ length: count }, (_, i) => rowOf(i));
}
