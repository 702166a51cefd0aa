import { randomBytes } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import type { Analyst } from '../../src/conformance/analyst.js';
import { catalogue } from '../../src/conformance/catalogue.js';
import { createInThreadAnalyst } from '../../src/conformance/in-thread-analyst.js';
import { startJudgedServer } from '../../src/conformance/judged-server.js';
import { createThreadedAnalyst } from '../../src/conformance/threaded-analyst.js';
import type { Verdict } from '../../src/conformance/verdict.js';
import { connect, someEntries } from '../server/support/grpc-client.js';
import { connectRaw, framed, sendAndAwaitRead } from '../server/support/raw-client.js';
import { requestOf } from './uploads.js';

it('the verdict is made anew for those who ask only when something was recorded or went wrong since', async () => {
  const context = { compat: 'v7', clusterRegistered: true } as const;
  const rules = catalogue();
  const analyst = createInThreadAnalyst({ context, rules, now: () => 0 });
  let made = 0;
  const { server, judge, close } = await startJudgedServer({
    ...{ ...context, rules, clusters: ['shop'], strictPackages: false },
    listen: { host: '127.0.0.1', port: 0 },
    admin: { host: '127.0.0.1', port: 0 },
    analyst: {
      ...analyst,
      // Asked once for each cluster with each verdict.
      summary: (clusterId, view) => {
        made += 1;
        return analyst.summary(clusterId, view);
      },
    },
  });
  onTestFinished(() => close({ graceMs: 0 }).then(() => {}));
  const ask = async () => {
    const answer = await fetch(`http://${server.admin}/api/verdict`);
    const { summary, clusters, faults } = (await answer.json()) as Verdict;
    return { calls: summary.calls, clusters: clusters.length, faults, made };
  };
  const upload = { clusterId: 'shop', version: 5n, agentId: 1 };
  await connect(server.grpc).sync({ ...upload, entries: someEntries });
  const first = { calls: 1, clusters: 1, faults: [], made: 1 };
  expect(await ask()).toEqual(first);
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([first, first, first]);
  await connect(server.grpc).sync(upload);
  expect((await Promise.all([ask(), ask()]))[1]).toEqual({ ...first, calls: 2, made: 2 });
  judge.addFault('something broke');
  expect(await ask()).toEqual({ calls: 2, clusters: 1, faults: ['something broke'], made: 3 });
  judge.addFault('something broke');
  expect(await ask()).toMatchObject({ made: 3 });
});

/** Larger than what is there in a moment: noise does not get smaller. */
function largeRequest(version: string): Uint8Array {
  const noise = { type: '*v1.Pod', compressed_info: randomBytes(6 * 1024 * 1024) };
  const entries = someEntries.map(({ type, compressedInfo }) => ({ type, compressed_info: compressedInfo }));
  return requestOf([...entries, noise, ...entries.slice(1)], { cluster_id: 'shop', version });
}

it('a large upload is read while it arrives, and judged as if it had not been; what breaks off is let go', async () => {
  const rules = catalogue();
  const context = { compat: 'v7', clusterRegistered: true } as const;
  const threaded = createThreadedAnalyst({ context, rules, threads: 1 });
  const foreseen: [seq: number, there: number][] = [];
  const abandoned = new Map<number, () => void>();
  const watched: Analyst = {
    ...threaded,
    foresee: (upload, there) => {
      foreseen.push([upload.seq, there]);
      threaded.foresee(upload, there);
    },
    abandon: (seq) => {
      threaded.abandon(seq);
      abandoned.get(seq)?.();
    },
  };
  const inThread = createInThreadAnalyst({ context, rules, now: () => 0 });
  const options = { compat: 'v7', clusterRegistered: true, rules, clusters: ['shop'], strictPackages: false } as const;
  const listen = { host: '127.0.0.1', port: 0 };
  const one = await startJudgedServer({ ...options, listen, analyst: watched });
  const other = await startJudgedServer({ ...options, listen, analyst: inThread });
  onTestFinished(async () => {
    await Promise.all([one.close({ graceMs: 0 }), other.close({ graceMs: 0 })]);
    await threaded.close();
  });
  const path = '/agent.Synchronizer/KubernetesAPISync';
  const [first, second] = [largeRequest('1'), largeRequest('2')];

  const judgements: Pick<Verdict, 'rules' | 'clusters' | 'faults'>[] = [];
  for (const { server, judge } of [one, other]) {
    await connect(server.grpc).unary(path, first);
    const raw = await connectRaw(server.grpc);
    const call = raw.open(path);
    const isAbandoned = new Promise<void>((resolve) => abandoned.set(2, resolve));
    await sendAndAwaitRead(raw, call, framed(second).subarray(0, 5 * 1024 * 1024));
    raw.session.destroy();
    if (server === one.server) await isAbandoned;
    await connect(server.grpc).unary(path, second);
    const { rules: judged, clusters, faults } = await judge.verdict();
    judgements.push({ rules: judged, clusters, faults });
  }
  expect(judgements[0]).toEqual(judgements[1]);
  expect(judgements[0]).toMatchObject({ clusters: [{ clusterId: 'shop', version: '2' }], faults: [] });
  const last = new Map(foreseen);
  expect([last.get(1), last.get(3)]).toEqual([first.length, second.length]);
  expect(last.get(2)).toBeGreaterThan(4 * 1024 * 1024);
  expect(last.get(2)).toBeLessThan(second.length);
});
