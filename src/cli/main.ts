import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { compats } from '../kube/compat.js';
import { ExitCode, exitCodeHelp } from './exit-code.js';
import { packageVersion } from './package-version.js';
import { PlumblineError } from './plumbline-error.js';
import { createTerminal, type Terminal } from './terminal.js';

/** Runs the command line and sets `process.exitCode`; never throws. */
export async function run(argv: readonly string[]): Promise<void> {
  const terminal = createTerminal(process);
  process.exitCode = await runWith(terminal, argv);
}

/** @returns the exit code */
export async function runWith(terminal: Terminal, argv: readonly string[]): Promise<ExitCode> {
  const result: { exitCode: ExitCode } = { exitCode: ExitCode.Good };
  const program = createProgram(terminal, (exitCode) => {
    result.exitCode = exitCode;
  });
  try {
    await program.parseAsync([...argv]);
    return result.exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? ExitCode.Good : ExitCode.BadInput;
    return report(terminal, PlumblineError.from(thrown));
  }
}

function report(terminal: Terminal, error: PlumblineError): ExitCode {
  const { errStyle } = terminal;
  terminal.err(`${errStyle.bad('plumbline:')} ${error.message}\n`);
  if (error.hint !== undefined) terminal.err(`  ${error.hint}\n`);
  if (error.exitCode === ExitCode.HarnessFault && error.cause instanceof Error && error.cause.stack !== undefined) {
    terminal.err(errStyle.dim(`${error.cause.stack}\n`));
  }
  return error.exitCode;
}

/** For commands: tells how the command ended. */
export type Finish = (exitCode: ExitCode) => void;

/** All commands, with what they take. */
export function createProgram(terminal: Terminal, finish: Finish): Command {
  const program = new Command('plumbline')
    .description('A fake deepflow-server, a conformance harness for the agents that report to it, and a replay bench.')
    .version(packageVersion())
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .exitOverride()
    .enablePositionalOptions()
    .addHelpText('after', exitCodeHelp)
    .showHelpAfterError('(--help tells more)');

  program
    .command('serve')
    .description('play deepflow-server until SIGTERM')
    .option('--listen <HOST:PORT>', 'gRPC', '127.0.0.1:30035')
    .option('--admin <HOST:PORT>', 'HTTP: live page, API, /metrics', '127.0.0.1:30417')
    .option(
      '--advertise <IP:PORT>',
      'where agents are told to reach the gRPC port; default: where each of them reached it',
    )
    .addOption(compatOption())
    .option('--cluster <ID>', 'declare a domain with this cluster id (repeatable)', collect, [])
    .option('--strict-packages', "answer UNIMPLEMENTED for the other generation's package, as the real server")
    .option('--self-check', 'hold every answer against what agents demand of a server; ends with 3 where one breaks it')
    .option('--tls-cert <FILE>', "the server's certificate (PEM)")
    .option('--tls-key <FILE>', "the server's key (PEM)")
    .option('--tls-ca <FILE>', 'demand client certificates signed by this CA (mTLS)')
    .option(
      '--group-config <[GROUP=]FILE>',
      'the configuration of an agent group, YAML; without GROUP of the default one (repeatable)',
      collect,
      [],
    )
    .option('--faults <FILE>', 'misbehave: a YAML list of faults')
    .option('--seed <N>', 'of the faults that strike by chance', wholeNumber, 1)
    .option('--journal <DIR>', 'keep every call')
    .option('--journal-fsync', 'keep them through a power loss too')
    .option('--data <DIR>', 'keep agents, groups, configuration and snapshots, and go on with what is there')
    .option('--max-message <BYTES>', 'limit for one message', positiveInteger, 104_857_600)
    .option('--upgrade <REVISION=FILE>', 'tell agents to run this revision, and give them the executable')
    .option('--upgrade-image <IMAGE>', 'the image of that revision, for agents in Kubernetes')
    .option(
      '--plugin <NAME=FILE>',
      'a plugin for agents to fetch: wasm, or a file that ends in .so (repeatable)',
      collect,
      [],
    )
    .option('--port-file <FILE>', 'write {"grpc","admin"} as "host:port" once ready')
    .action(async (options) => {
      const { serve } = await import('./commands/serve.js');
      finish(await serve(terminal, options));
    });

  program
    .command('check')
    .description('play scenarios with an agent, and judge what it does rule by rule')
    .usage('[options] -- COMMAND [ARG...]')
    .argument('[command...]', 'the agent; started without a shell, in a process group of its own')
    .option('--attach <S>', 'start no agent; judge what comes in S seconds', positiveNumber)
    .option('--from-journal <DIR>', 'judge a journal again, offline')
    .addOption(compatOption())
    .option(
      '--kube <WHICH>',
      'embedded; envtest: etcd and kube-apiserver of KUBEBUILDER_ASSETS; kind: a node image of kind in Docker; or the path of a kubeconfig whose cluster may be written in a namespace of the run',
      'embedded',
    )
    .option('--kube-image <IMAGE>', 'of --kube kind (also: PLUMBLINE_KIND_IMAGE)')
    .option(
      '--profile <NAME>',
      'which scenarios: quick, full, or long (also those of calls that hang); passive: none, only what the agent sends is judged, with the kubeconfig that is there',
      'full',
    )
    .option('--scenario <NAME>', 'play only these scenarios, of whatever profile (globs; repeatable)', collect, [])
    .option(
      '--group-config <FILE>',
      "the agent group's configuration, YAML: PLUMBLINE_GROUP_CONFIG, and the answer of Sync",
    )
    .option('--faults <FILE>', 'faults of the fake server, as of serve; with --attach or --profile passive')
    .option('--kube-faults <FILE>', 'faults of the embedded Kubernetes API, YAML; with --attach')
    .option('--jobs <N>', 'scenarios at once; 1 for an agent that cannot run twice on a machine', positiveInteger, 4)
    .option('--seed <N>', 'of all that is left to chance', wholeNumber, 1)
    .option('--listen <HOST:PORT>', 'gRPC', '127.0.0.1:0')
    .option('--admin <HOST:PORT>', 'HTTP: live page, API, /metrics', '127.0.0.1:0')
    .option('--cluster <ID>', 'the cluster id that the agent is to use', 'plumbline')
    .option('--cluster-registered <WHICH>', 'yes: the domain is declared; no: registration is judged', yesOrNo, true)
    .option('--strict-packages', "answer UNIMPLEMENTED for the other generation's package, as the real server")
    .option('--interval <S>', 'hint to the agent how often to report', positiveNumber, 1)
    .option('--rule <ID>', 'judge only these rules (globs; repeatable)', collect, [])
    .option('--journal <DIR>', 'keep every call')
    .option(
      '--baseline <FILE>',
      'known failures, which do not fail the run: a YAML list of {rule, scenario, reason, expires}',
    )
    .option(
      '--report <FORMAT=PATH>',
      'write a report: json, junit, html, sarif, ctrf or badge (repeatable)',
      collect,
      [],
    )
    .option('--format <FORMAT>', 'what is printed: table or json', 'table')
    .option('--stable', 'leave out times and what depends on them: same seed, same behaviour, same bytes')
    .option(
      '--timeout <S>',
      'longest time of a scenario (a few take more), or that COMMAND is watched',
      positiveNumber,
      60,
    )
    .option('--port-file <FILE>', 'write {"grpc","admin"} as "host:port" once ready')
    .addHelpText('after', exitCodeHelp)
    .action(async (command: string[], options) => {
      const { check } = await import('./commands/check.js');
      finish(await check(terminal, command, options));
    });

  program
    .command('inventory')
    .description('what deepflow-server would show of a snapshot, and why not the rest')
    .option('--server <URL>', 'the admin address of a running `plumbline serve`, e.g. http://127.0.0.1:30417')
    .option(
      '--snapshot <FILE>',
      'kubectl get -o json|yaml, kubectl version -o json, a journal, or {type: [object]} (repeatable)',
      collect,
      [],
    )
    .option('--cluster <ID>', 'which cluster')
    .addOption(compatOption())
    .option('--format <FORMAT>', 'table or json', 'table')
    .option('--all', 'write out every object in the table')
    .action(async (options) => {
      const { inventory } = await import('./commands/inventory.js');
      finish(await inventory(terminal, options));
    });

  program
    .command('rules')
    .description('the catalogue of rules')
    .option('--format <FORMAT>', 'table, json or markdown', 'table')
    .action(async (options) => {
      const { rules } = await import('./commands/rules.js');
      finish(rules(terminal, options));
    });

  program
    .command('explain')
    .description('what a rule demands, why, and a request that breaks it')
    .argument('<rule>', 'the id, e.g. entry/zlib-stream')
    .action(async (id: string) => {
      const { explain } = await import('./commands/explain.js');
      finish(await explain(terminal, id));
    });

  program
    .command('replay')
    .description('at which observation points DeepFlow would have seen captured traffic, what is missing, and why')
    .argument('[SITE.yaml]', 'nodes, Pods, captures, and what is expected')
    .option('--captures <DIR>', 'in place of a site: captures named NODE-NIC.pcap, with --cluster')
    .option('--cluster <FILE>', 'what kubectl get nodes,pods -A -o json printed')
    .option(
      '--server <URL>',
      'names, NICs and agent configuration from a running `plumbline serve` (admin address), as its agents get them',
    )
    .option('--server-cluster <ID>', 'which cluster of that server')
    .option('--group <NAME>', "which agent group of that server; counts for more than the site's own settings")
    .option(
      '--expect <CNI/SPAN>',
      'row of the built-in matrix, e.g. macvlan/same-node; each conversation by its own span without SPAN',
    )
    .option('--set <KEY=VALUE>', 'agent configuration, old or new names (repeatable)', collect, [])
    .option('--flows <FILE>', 'write flow rows: .jsonl, .csv or .parquet')
    .option('--interval <1s|1m>', 'flow rows per second or minute (default: one per flow)')
    .option('--report <FORMAT=PATH>', 'write a report: json, junit or html (repeatable)', collect, [])
    .option('--format <FORMAT>', 'what is printed: table or json', 'table')
    .option('--explain', 'for each flow record, the inputs of the decision and the row that decided')
    .option(
      '--max-conversations <N>',
      'conversations kept for judging; further ones go to --flows and are counted',
      positiveInteger,
      100_000,
    )
    .option(
      '--workers <N>',
      'threads, each with one capture at a time (default: as many as are worth it)',
      positiveInteger,
    )
    .action(async (site: string | undefined, options) => {
      const { replay } = await import('./commands/replay.js');
      finish(await replay(terminal, site, options));
    });

  program
    .command('anonymize')
    .description('copy captures with addresses and names exchanged and payload cut off, that replay alike')
    .argument('<DIR>', 'captures, links files, syscalls.jsonl, cluster.json, a site file')
    .requiredOption('--out <DIR>', 'a new directory for the copy')
    .requiredOption('--key <FILE>', 'the secret; made where there is none. The same key exchanges alike')
    .option('--cluster <FILE>', 'what kubectl get nodes,pods -A -o json printed (default: cluster.json of DIR)')
    .option('--mapping <FILE>', 'where to tell what stands for what, for you alone (default: OUT.mapping.json)')
    .action(async (directory: string, options) => {
      const { anonymize } = await import('./commands/anonymize.js');
      finish(await anonymize(terminal, directory, options));
    });

  program
    .command('packets')
    .description('list the packets of a capture after decapsulation')
    .argument('<FILE>', 'pcap or pcapng, plain, gzip or zstd')
    .option(
      '--decap <LIST>',
      'vxlan, ipip, tencent-gre, geneve, vxlan-nsh, erspan, teb, or numbers 1 to 7',
      'vxlan,ipip',
    )
    .option('--format <FORMAT>', 'table or json', 'table')
    .action(async (file: string, options) => {
      const { packets } = await import('./commands/packets.js');
      finish(await packets(terminal, file, options));
    });

  program
    .command('syscalls')
    .description('system calls as a replay reads them')
    .command('convert')
    .description('make JSON lines from strace -f -ttt -yy, or from the bpftrace script')
    .argument('<FILE>', 'the text of the trace')
    .requiredOption('--node <NAME>', 'where the processes ran')
    .option('--epoch-offset <NS>', 'bpftrace: nanoseconds since 1970 at boot', nanoseconds)
    .option('--align <FILE.pcap>', 'bpftrace: find that offset by the first SYN of a connection in a capture')
    .action(async (file: string, options) => {
      const { convertSyscalls } = await import('./commands/syscalls.js');
      finish(await convertSyscalls(terminal, file, options));
    });

  return program;
}

function compatOption(): Option {
  return new Option('--compat <C>', 'which behaviour is played: the document, or a generation of servers')
    .choices(compats)
    .default('v7');
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
}

function positiveInteger(text: string): number {
  const value = positiveNumber(text);
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError('Expected a whole number above 0.');
  return value;
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
}

function nanoseconds(text: string): bigint {
  if (!/^-?\d+$/.test(text)) throw new InvalidArgumentError('Expected a whole number of nanoseconds.');
  return BigInt(text);
}

function yesOrNo(text: string): boolean {
  if (text === 'yes') return true;
  if (text === 'no') return false;
  throw new InvalidArgumentError('Expected yes or no.');
}
