import { catalogue } from '../../conformance/catalogue.js';
import { startJudgedServer } from '../../conformance/judged-server.js';
import type { Compat } from '../../kube/compat.js';
import { verdictText } from '../../report/verdict-text.js';
import { startFaultSchedule } from '../../server/faults/fault-schedule.js';
import { ExitCode } from '../exit-code.js';
import { readServerFaults } from '../faults-file.js';
import { hostAndPort } from '../options.js';
import { silenceGrpcLog, startFault, tlsFiles, writePortFile } from '../server-options.js';
import type { Terminal } from '../terminal.js';

export interface ServeOptions {
  readonly listen: string;
  readonly admin: string;
  readonly compat: Compat;
  readonly cluster: readonly string[];
  readonly strictPackages?: boolean;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsCa?: string;
  readonly faults?: string;
  readonly seed: number;
  readonly journal?: string;
  readonly journalFsync?: boolean;
  readonly maxMessage: number;
  readonly portFile?: string;
}

const drainMs = 5_000;
const findingsPerRule = 3;

/** Plays deepflow-server until SIGTERM or SIGINT, then tells the verdict on standard error and ends with 0. */
export async function serve(terminal: Terminal, options: ServeOptions): Promise<ExitCode> {
  const listen = hostAndPort('--listen', options.listen);
  const admin = hostAndPort('--admin', options.admin);
  const tls = tlsFiles(options);
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
    maxMessage: options.maxMessage,
    rules: catalogue(),
    clusterRegistered: false,
    seed: options.seed,
    ...(tls === undefined ? {} : { tls }),
    ...(options.journal === undefined
      ? {}
      : { journal: { directory: options.journal, fsync: options.journalFsync === true } }),
    onProblem: problem,
  }).catch((thrown: unknown) => {
    throw startFault(thrown);
  });
  const { faults } = judged.server;
  faults.onFault(({ id, text }) => terminal.err(`fault ${id}: ${text}\n`));
  const endFaults = startFaultSchedule(schedule, faults, problem);
  try {
    const { grpc, admin: adminAddress } = judged.server;
    await writePortFile(options.portFile, { grpc, admin: adminAddress });
    terminal.out(`plumbline ready: grpc ${grpc}, admin http://${adminAddress ?? ''}, compat ${options.compat}\n`);
    await interruption.signal;
  } finally {
    interruption.dispose();
    endFaults();
    const verdict = await judged.close({ graceMs: drainMs });
    if (verdict.summary.calls > 0) terminal.err(verdictText(verdict, terminal.errStyle, findingsPerRule));
  }
  return ExitCode.Good;
}
