import { type AgentMutant, patchesOf } from '../agent-mutant.js';

const agent = patchesOf('agent.js');
const reporter = patchesOf('reporter.js');
const server = patchesOf('server.js');
const watcher = patchesOf('kube-watcher.js');

const errorMsg = "const errorMsg = errors.join('; ');";
const failed = 'failures++;\n            log(`report failed';
const refused = 'if (!isStatus(error, status.RESOURCE_EXHAUSTED))';
const mismatch = 'if (entries !== null && answer.version !== undefined && answer.version !== String(version)) {';

/** Agents that take the failures of either side, or the answers of the server, in a wrong way. */
export const troubleMutants: readonly AgentMutant[] = [
  {
    rule: 'error/reported',
    name: 'silent',
    does: 'It goes on with heartbeats while the Kubernetes API fails.',
    scenario: 'kubernetes-down',
    patches: [reporter(errorMsg, "const errorMsg = '';")],
  },
  {
    rule: 'error/cleared-after-recovery',
    name: 'for-ever',
    does: 'It repeats its last error for ever.',
    scenario: 'kubernetes-down',
    patches: [reporter(errorMsg, "const errorMsg = errors.join('; ') || lastError;")],
  },
  {
    rule: 'error/no-partial-snapshot',
    name: 'none',
    does: 'It takes a type that could not be listed for one without objects.',
    scenario: 'list-fails',
    patches: [
      watcher(
        'failures++;',
        'failures++; if (thrown.status === 500) { objects = new Map(); listed = true; settings.changed(); return 1000; }',
      ),
    ],
  },
  {
    rule: 'transport/backs-off',
    name: 'at-once',
    does: 'It calls again at once when the server is away.',
    scenario: 'server-unavailable',
    // What counts as a pause grows with it, so that a loop on a busy machine does not look like pauses.
    options: ['--interval', '0.5'],
    patches: [agent('return Math.min(longest, interval * 2 ** (failures - 1)) *', 'return 0 *')],
  },
  {
    rule: 'transport/resends-after-failed-call',
    name: 'forgets',
    does: 'After a failed upload it goes on with heartbeats of the version before.',
    scenario: 'upload-fails',
    patches: [reporter(refused, `if (accepted !== 0) { version = accepted; uploadDue = false; } ${refused}`)],
  },
  {
    rule: 'transport/survives-goaway',
    name: 'ends',
    does: 'It ends when its connection is drained.',
    scenario: 'server-goaway',
    patches: [
      server('let client = openChannel(address);', `let client = openChannel(address); ${endsWithConnection()}`),
    ],
  },
  {
    rule: 'transport/survives-reset',
    name: 'ends',
    does: 'It ends with the error of a call.',
    scenario: 'server-reset',
    patches: [agent(failed, `process.exit(1); ${failed}`)],
  },
  {
    rule: 'transport/survives-hang',
    name: 'waits',
    does: 'Its calls have no deadline.',
    scenario: 'server-hang',
    patches: [server('{ deadline: Date.now() + deadlineSeconds[method] * 1000 }', '{}')],
  },
  {
    rule: 'transport/size-within-limit',
    name: 'loop',
    does: 'It sends an upload that was refused for its size again in every interval.',
    scenario: 'message-limit',
    patches: [reporter(refused, `if (isStatus(error, status.RESOURCE_EXHAUSTED)) return; ${refused}`)],
  },
  {
    rule: 'transport/known-method',
    name: 'trident-only',
    does: 'It knows the package of servers up to v6.5 only.',
    scenario: 'only-package',
    args: ['--package', 'trident'],
    patches: [server('if (!isStatus(error, grpc.status.UNIMPLEMENTED))', '')],
  },
  {
    rule: 'request/heartbeat-within-24h',
    name: 'falls-silent',
    does: 'It says once that nothing has changed, and never again.',
    scenario: 'day-of-quiet',
    patches: [
      reporter(
        'const answer = await send(false, errorMsg);',
        'if ((createReporter.beats = (createReporter.beats ?? 0) + 1) > 1) return; const answer = await send(false, errorMsg);',
      ),
    ],
  },
  {
    rule: 'handshake/full-resend-on-version-mismatch',
    name: 'never',
    does: 'It does not look at the version in the answer.',
    scenario: 'answer-other-version',
    patches: [reporter(mismatch, 'if (false) {')],
  },
  {
    rule: 'handshake/full-resend-after-server-restart',
    name: 'never',
    does: 'It does not look at the version in the answer.',
    scenario: 'server-restart',
    patches: [reporter(mismatch, 'if (false) {')],
  },
  {
    rule: 'handshake/cluster-registered',
    name: 'borrowed-id',
    does: 'It never calls Sync, in a run where nobody else makes the domain.',
    scenario: 'first-snapshot',
    options: ['--cluster-registered', 'no'],
    args: ['--agent-id', '1', '--no-sync'],
    patches: [],
  },
  {
    rule: 'request/single-reporter',
    name: 'two',
    does: 'It reports although the server has chosen another agent.',
    scenario: 'two-reporters',
    patches: [reporter("if (settings.agentId === 'auto' && !elected)", 'if (false)')],
  },
];

function endsWithConnection(): string {
  const state = 'const state = client.getChannel().getConnectivityState(false)';
  const look = `${state}; if (state === 2) known = true; else if (known) process.exit(1);`;
  return `let known = false; setInterval(() => { ${look} }, 2).unref();`;
}
