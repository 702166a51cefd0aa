import { expect, it, onTestFinished } from 'vitest';
import { catalogue } from '../../src/conformance/catalogue.js';
import { createInThreadAnalyst } from '../../src/conformance/in-thread-analyst.js';
import { startJudgedServer } from '../../src/conformance/judged-server.js';
import type { Verdict } from '../../src/conformance/verdict.js';
import { connect, someEntries } from '../server/support/grpc-client.js';

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
