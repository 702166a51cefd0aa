import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { booksBalance, run } from './core.js';

const root = new URL('../../capture-fixtures/', import.meta.url);
describe('x', () => {
  it('y', () => {
    for (const cni of ['flannel-vxlan'])
      for (const span of ['cross'])
        for (const f of readdirSync(new URL(`${cni}/${span}/`, root)).filter((n) => n.endsWith('.pcap'))) {
          const out = run(readFileSync(new URL(`${cni}/${span}/${f}`, root)));
          console.log(cni, span, f, booksBalance(out), JSON.stringify(out.counters));
          for (const r of out.records)
            console.log(
              '  ',
              r.client.ip,
              r.client.port,
              r.server.ip,
              r.server.port,
              r.protocol,
              r.client.packets,
              r.server.packets,
              r.client.bytes,
              r.server.bytes,
              r.state,
              r.closeType,
              JSON.stringify(r.tunnel),
              r.rtt,
              JSON.stringify(r.rttClient),
              JSON.stringify(r.rttServer),
              JSON.stringify(r.srt),
              JSON.stringify(r.art),
              JSON.stringify(r.cit),
              r.direction.score,
              r.synSeq,
            );
        }
    expect(1).toBe(1);
  });
});
