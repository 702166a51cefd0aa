/**
 * A pseudo-agent: tells a deepflow-server what a Kubernetes cluster holds, in place of a deepflow-agent that may not talk to
 * the Kubernetes API. Here are its options and its clock; then read reporter.ts, which keeps the protocol.
 */

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createFileSource } from './file-source.js';
import { openKubeApi } from './kube-api.js';
import { createKubeSource } from './kube-source.js';
import { createReporter, type ReporterSettings, type Source } from './reporter.js';
import { connect, type Package, packages } from './server.js';
import { createSession, type WatchPolicy, watchPolicies } from './sync-session.js';

const usage = `Usage: node agent.js [options]

  --from DIR|FILE      report from files: what kubectl get -o json and kubectl version -o json print; of a DIR its *.json.
                       Without it: list and watch the Kubernetes API
  --agent-id auto      register by Sync and use the id that the server gives (default)
             none      do as the document says: no id
             NUMBER    borrow the id of a registered agent
  --agent-sync         let the server manage the agent, as a deepflow-agent does: see sync-session.ts
  --no-sync            without an id: never call Sync (the domain must exist)
  --full-every S       without an id: upload everything this often, seconds (default 43200)
  --package NAME       agent (v7, default) or trident (up to v6.5): what is tried first. The other one follows where it is not
                       implemented
  --ingress-type TYPE  default *v1.Ingress; with --agent-id none *v1beta1.Ingress, which the document lists

Environment: PLUMBLINE_SERVER (host:port, default 127.0.0.1:30035), PLUMBLINE_CLUSTER_ID (required),
PLUMBLINE_SYNC_INTERVAL (seconds between reports, default 10), PLUMBLINE_GROUP_CONFIG (YAML file of the agent group; what the
server sends goes first), KUBECONFIG (file; without it the service account of the Pod). With --agent-sync: K8S_WATCH_POLICY
(watch-only or watch-disabled)
`;

function log(message: string): void {
  process.stderr.write(`${new Date().toISOString()} ${message}\n`);
}

function fail(message: string): never {
  process.stderr.write(`${message}\n\n${usage}`);
  process.exit(2);
}

function parse() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        help: { type: 'boolean', default: false },
        from: { type: 'string', multiple: true, default: [] },
        'agent-id': { type: 'string', default: 'auto' },
        'agent-sync': { type: 'boolean', default: false },
        'no-sync': { type: 'boolean', default: false },
        'full-every': { type: 'string', default: '43200' },
        package: { type: 'string', default: 'agent' },
        'ingress-type': { type: 'string' },
      },
    });
  } catch (error) {
    return fail((error as Error).message);
  }
}

function readSettings(): ReporterSettings & {
  from: string[];
  server: string;
  package: Package;
  ingressType: string;
  agentSync: boolean;
  policy: WatchPolicy;
} {
  const { values, positionals } = parse();
  if (values.help) {
    process.stdout.write(usage);
    process.exit(0);
  }
  const seconds = (name: string, text: string): number => {
    const value = Number(text);
    return value > 0 && value <= 86_400
      ? value
      : fail(`${name} is '${text}'; expected seconds, more than 0 and at most 86400.`);
  };
  const id = values['agent-id'];
  const from = [...values.from, ...positionals];
  const clusterId = process.env.PLUMBLINE_CLUSTER_ID ?? '';
  const firstPackage = packages.find((name) => name === values.package) ?? fail(`--package is '${values.package}'.`);
  if (clusterId === '') fail('PLUMBLINE_CLUSTER_ID is not set.');
  if (id !== 'auto' && id !== 'none' && !/^[1-9]\d{0,4}$/.test(id)) fail(`--agent-id is '${id}'.`);
  if (id === 'auto' && values['no-sync']) fail('--agent-id auto needs Sync; give --agent-id none with --no-sync.');
  return {
    from,
    clusterId,
    server: process.env.PLUMBLINE_SERVER ?? '127.0.0.1:30035',
    intervalSeconds: seconds('PLUMBLINE_SYNC_INTERVAL', process.env.PLUMBLINE_SYNC_INTERVAL ?? '10'),
    package: firstPackage,
    agentId: id === 'auto' || id === 'none' ? id : Number(id),
    agentSync: values['agent-sync'],
    policy: watchPolicies.find((name) => name === process.env.K8S_WATCH_POLICY) ?? 'normal',
    sync: !values['no-sync'],
    fullEverySeconds: seconds('--full-every', values['full-every']),
    ingressType: values['ingress-type'] ?? (id === 'none' ? '*v1beta1.Ingress' : '*v1.Ingress'),
  };
}

function createSource(settings: ReturnType<typeof readSettings>): Source {
  if (settings.from.length > 0) return createFileSource(settings.from, settings.ingressType, log);
  const { KUBECONFIG: kubeconfig, PLUMBLINE_GROUP_CONFIG: groupConfig } = process.env;
  try {
    return createKubeSource(
      openKubeApi(kubeconfig || undefined),
      { ...settings, groupConfig: groupConfig ? readFileSync(groupConfig, 'utf8') : '' },
      log,
    );
  } catch (error) {
    return fail(`The Kubernetes API cannot be reached: ${(error as Error).message}.`);
  }
}

/** Twice as long after each failure, up to five intervals or a minute; never the same for all agents of a site. */
function backoffSeconds(failures: number, interval: number): number {
  const longest = Math.min(60, interval * 5);
  return Math.min(longest, interval * 2 ** (failures - 1)) * (0.9 + Math.random() * 0.2);
}

async function main(): Promise<never> {
  const settings = readSettings();
  // Nothing is worth saving: the next start uploads everything again.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0));

  const server = connect(settings.server, settings.package);
  const session = settings.agentSync ? createSession(settings, server, log) : null;
  void session?.run();
  // An agent that was not chosen, or that never watches, asks nothing of the Kubernetes API.
  while (session !== null && session.standing()?.reports !== true) await sleep(100);

  const source = createSource(settings);
  const standing = session === null ? {} : { standing: session.standing };
  const reporter = createReporter({ ...settings, ...standing }, source, server, log);
  let failures = 0;
  // One cycle after the other: calls never overlap.
  for (;;) {
    const started = Date.now();
    try {
      await reporter.cycle();
      failures = 0;
    } catch (error) {
      failures++;
      log(`report failed (${failures} in a row): ${error instanceof Error ? error.message : String(error)}`);
    }
    const elapsed = (Date.now() - started) / 1000;
    const pause =
      failures === 0 ? settings.intervalSeconds - elapsed : backoffSeconds(failures, settings.intervalSeconds);
    await sleep(Math.max(0, pause * 1000));
  }
}

await main();
