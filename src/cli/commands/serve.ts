import { catalogue } from '../../conformance/catalogue.js';
import { startJudgedServer } from '../../conformance/judged-server.js';
import type { Compat } from '../../kube/compat.js';
import { verdictText } from '../../report/verdict-text.js';
import { startFaultSchedule } from '../../server/faults/fault-schedule.js';
import type { ServerStatus } from '../../server/server-status.js';
import { agentFiles } from '../agent-files.js';
import { ExitCode } from '../exit-code.js';
import { readServerFaults } from '../faults-file.js';
import { advertised, hostAndPort } from '../options.js';
import { configureGroups, wantedGroups } from '../serve-groups.js';
import { silenceGrpcLog, startFault, tlsFiles, writePortFile } from '../server-options.js';
import type { Terminal } from '../terminal.js';

export interface ServeOptions {
  readonly listen: string;
  readonly admin: string;
  readonly advertise?: string;
  readonly compat: Compat;
  readonly cluster: readonly string[];
  readonly strictPackages?: boolean;
  readonly selfCheck?: boolean;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsCa?: string;
  readonly groupConfig: readonly string[];
  readonly faults?: string;
  readonly seed: number;
  readonly journal?: string;
  readonly journalFsync?: boolean;
  readonly data?: string;
  readonly maxMessage: number;
  readonly upgrade?: string;
  readonly upgradeImage?: string;
  readonly plugin: readonly string[];
  readonly portFile?: string;
}

const drainMs = 5_000;
const findingsPerRule = 3;

/** Plays deepflow-server until SIGTERM or SIGINT, then tells the verdict on standard error and ends with 0, or with 3 where --self-check found an answer of its own to be wrong. */
export async function serve(terminal: Terminal, options: ServeOptions): Promise<ExitCode> {
  const listen = hostAndPort('--listen', options.listen);
  const admin = hostAndPort('--admin', options.admin);
  const advertise = options.advertise === undefined ? null : advertised('--advertise', options.advertise);
  const tls = tlsFiles(options);
  const files = agentFiles(options);
  const groups = wantedGroups(terminal, options.compat, options.groupConfig);
  const schedule = options.faults === undefined ? [] : await readServerFaults(options.faults);
  const problem = (message: string, cause: unknown): void => {
    terminal.err(`plumbline: ${message}${cause instanceof Error ? `: ${cause.message}` : ''}\n`);
  };
  silenceGrpcLog();
  const interruption = terminal.interruption();
  const judged = await startJudgedServer({
    listen,
    admin,
    compat: options.compat,
    clusters: options.cluster,
    strictPackages: options.strictPackages === true,
    selfCheck: options.selfCheck === true,
    maxMessage: options.maxMessage,
    rules: catalogue(),
    clusterRegistered: false,
    seed: options.seed,
    ...(advertise === null ? {} : { advertise }),
    ...(tls === undefined ? {} : { tls }),
    ...files,
    ...(options.journal === undefined
      ? {}
      : { journal: { directory: options.journal, fsync: options.journalFsync === true } }),
    ...(options.data === undefined ? {} : { data: { directory: options.data } }),
    onProblem: problem,
  }).catch((thrown: unknown) => {
    throw startFault(thrown);
  });
  const { faults } = judged.server;
  tellFound(terminal, judged.server.status());
  faults.onFault(({ id, text }) => terminal.err(`fault ${id}: ${text}\n`));
  let broken = false;
  const endFaults = startFaultSchedule(schedule, faults, problem);
  try {
    const { grpc, admin: adminAddress } = judged.server;
    await configureGroups(terminal, judged.server, groups);
    await writePortFile(options.portFile, { grpc, admin: adminAddress });
    terminal.out(`plumbline ready: grpc ${grpc}, admin http://${adminAddress ?? ''}, compat ${options.compat}\n`);
    await interruption.signal;
  } finally {
    interruption.dispose();
    endFaults();
    const verdict = await judged.close({ graceMs: drainMs });
    if (verdict.summary.calls > 0) terminal.err(verdictText(verdict, terminal.errStyle, findingsPerRule));
    // Findings are the agents' and told; a server that broke its word must not look like a good one.
    broken = options.selfCheck === true && verdict.faults.length > 0;
    if (broken) for (const fault of verdict.faults) terminal.err(`fault of Plumbline: ${fault}\n`);
  }
  return broken ? ExitCode.HarnessFault : ExitCode.Good;
}

function tellFound(terminal: Terminal, { data, compat }: ServerStatus): void {
  if (data === null) return;
  if (data.found === null) {
    terminal.err(`plumbline: ${data.directory} is new; what agents and people tell is kept there\n`);
    return;
  }
  const { agents, snapshots, compat: former } = data.found;
  const other = former === compat ? '' : `; it was written as compat ${former} and is gone on with as ${compat}`;
  terminal.err(`plumbline: ${data.directory} has agents: ${agents}, snapshots: ${snapshots}${other}\n`);
}
