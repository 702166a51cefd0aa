import { catalogue } from '../../src/conformance/catalogue.js';
import { startJudgedServer } from '../../src/conformance/judged-server.js';
import type { Ready } from './messages.js';

/** The server as `plumbline serve --data` runs it, in a process of its own that is there to be killed. */
async function main(): Promise<void> {
  const [directory = ''] = process.argv.slice(2);
  const { server, close } = await startJudgedServer({
    ...{ compat: 'v7', clusters: [], strictPackages: false, rules: catalogue(), clusterRegistered: false },
    listen: { host: '127.0.0.1', port: 0 },
    ...(directory === '' ? {} : { data: { directory } }),
    onProblem: (message, cause) => process.stderr.write(`${message}: ${cause}\n`),
  });
  process.on('message', async () => {
    await close({ graceMs: 1000 });
    process.disconnect();
  });
  const { agents = 0, snapshots = 0 } = server.status().data?.found ?? {};
  process.send?.({ target: server.grpc, took: performance.now(), agents, snapshots } satisfies Ready);
}

await main();
