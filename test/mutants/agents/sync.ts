import { type AgentMutant, patchesOf } from '../agent-mutant.js';

const session = patchesOf('sync-session.js');
const ntp = patchesOf('sync-ntp.js');
const upgrade = patchesOf('sync-upgrade.js');

const mode = ['--agent-sync'];

/** Agents that do not do what the server that manages them says. */
export const syncMutants: readonly AgentMutant[] = [
  {
    rule: 'sync/keeps-interval',
    name: 'own',
    does: 'It calls Sync every second, whatever the configuration says.',
    scenario: 'configuration-changes',
    mode,
    patches: [
      session(
        'return waitsForId ? Math.min(intervalSeconds, config.syncSeconds) : config.syncSeconds;',
        'return waitsForId ? intervalSeconds : 1;',
      ),
    ],
  },
  {
    rule: 'sync/adopts-configuration',
    name: 'small-buffer',
    does: 'It does not make room for a larger answer when the server tells it to.',
    scenario: 'partial-answer',
    mode,
    patches: [session('if (told.newBufferSize > bufferSize) {', 'if (false) {')],
  },
  {
    rule: 'sync/watch-flag-honoured',
    name: 'goes-on',
    does: 'It goes on to report when it has lost the seat.',
    scenario: 'seat-lost',
    mode,
    patches: [session('return elected && (agentId', 'return (agentId')],
  },
  {
    rule: 'sync/watch-flag-honoured',
    name: 'never-again',
    does: 'When it has lost the seat it never reports again.',
    scenario: 'seat-lost',
    mode,
    patches: [
      session(
        'return elected && (agentId',
        'if (!elected) isReporter.lost = true; return elected && isReporter.lost !== true && (agentId',
      ),
    ],
  },
  {
    rule: 'sync/watch-flag-honoured',
    name: 'watches-all-the-same',
    does: 'It says that it never watches, and watches and reports all the same.',
    scenario: 'watcher-and-daemonset',
    mode,
    patches: [session("return policy === 'watch-only';", 'return true;')],
  },
  {
    rule: 'sync/ntp-sane',
    name: 'as-server',
    does: 'It asks for the time with a packet of mode 4, as servers send it.',
    scenario: 'ntp-enabled',
    mode,
    patches: [ntp('question[0] = (4 << 3) | 3;', 'question[0] = (4 << 3) | 4;')],
  },
  {
    rule: 'push/reopens',
    name: 'never',
    does: 'When its Push stream has ended it does without.',
    scenario: 'push-breaks',
    mode,
    patches: [
      session('const failed = await onePush();', 'const failed = await onePush(); await new Promise(() => {});'),
    ],
  },
  {
    rule: 'escape/keeps-trying',
    name: 'ends',
    does: 'It ends when a call of Sync has failed.',
    scenario: 'sync-fails',
    mode,
    patches: [session('failures++;', 'process.exit(1);')],
  },
  {
    rule: 'escape/keeps-trying',
    name: 'stays',
    does: 'It never moves to the address that the configuration names.',
    scenario: 'sync-fails',
    mode,
    patches: [session("if (proxy !== '' && proxy !== server.target) {", 'if (false) {')],
  },
  {
    rule: 'upgrade/verifies-md5',
    name: 'takes-anything',
    does: 'It takes the offered binary whatever its MD5 is, and names the new revision from then on.',
    scenario: 'upgrade-offered',
    mode,
    patches: [
      upgrade('if (sum !== md5.toLowerCase())', 'if (false)'),
      session('const revision = ', 'let revision = '),
      session('checkedRevision = told.revision;', 'revision = told.revision;'),
    ],
  },
];
