import type { DataVersions } from '../agent-call.js';
import type { FindingDraft, Rule, TrafficRule } from '../rule.js';
import type { TrafficCall } from '../traffic.js';
import { managedAgents, type News, newsOf, whyUnmanaged } from './common/agents.js';
import { agentSync, syncAnswer } from './common/example-agent.js';
import { createFindingCollector, notJudged } from './common/judgement.js';
import { serversOnly } from './common/source.js';

const given = { version_platform_data: 1_767_225_601, version_acls: 1_767_225_601, version_groups: 1_767_225_601 };
const tooBig = syncAnswer({ only_partial_fields: true, new_grpc_buffer_size: 4_194_304 });

const adoptsConfiguration: TrafficRule = {
  id: 'sync/adopts-configuration',
  scope: 'traffic',
  level: serversOnly('must'),
  demand:
    'A managed agent takes over what it is told, and its next Sync says so: the versions that it was given, and the buffer size of a partial answer.',
  why: 'To an agent that does not name the versions that it has, the server sends everything again with each Sync; one that does not adopt the buffer size is never told more than a part.',
  source: 'deepflow-server behaviour: data is sent where versions differ; answers over the buffer are partial',
  example: {
    breaks: {
      compat: 'v7',
      calls: [agentSync({}, { answer: syncAnswer(given) }), agentSync({}, { answer: tooBig }), agentSync(given)],
    },
    keeps: {
      compat: 'v7',
      calls: [
        agentSync({}, { answer: syncAnswer(given) }),
        agentSync(given, { answer: tooBig }),
        agentSync({ ...given, current_grpc_buffer_size: 4_194_304 }),
      ],
    },
  },
  judge(traffic) {
    const why = whyUnmanaged(traffic);
    if (why !== null) return why;
    const findings = createFindingCollector();
    let judged = false;
    for (const agent of managedAgents(traffic)) {
      const news = newsOf(agent);
      let heard = 0;
      let process: number | null = null;
      let known = nothingTold();
      let blank = 0;
      for (const call of agent.syncs) {
        for (let next = news[heard]; next !== undefined && isBefore(next, call); next = news[++heard])
          take(known, next);
        const { bootTime, versions, bufferSize } = call.agent;
        // A new process has been told nothing.
        if (process !== bootTime) known = nothingTold();
        process = bootTime;
        judged ||= known.any;
        // deepflow-agent forgets the versions once, when what uses the data starts.
        const isBlank = known.versions.size > 0 && keys.every((key) => versions[key] === '0');
        blank = isBlank ? blank + 1 : 0;
        const ofVersions = blank === 1 ? [] : versionFindings(versions, known);
        for (const draft of [...ofVersions, ...bufferFindings(bufferSize, known)]) {
          findings.add(() => ({ request: call.seq, ...draft }));
        }
      }
    }
    return findings.judgement(judged ? undefined : notJudged('no Sync came after an answer with a configuration'));
  },
};

/** A call may be answered within its millisecond. */
function isBefore(news: News, { seq, time }: TrafficCall): boolean {
  return news.time <= time && news.request !== seq;
}

type Key = keyof DataVersions;

/** What a process was told so far. */
interface Known {
  any: boolean;
  /** By Sync, the last time. */
  readonly versions: Map<Key, { readonly version: string; readonly request: number }>;
  /** By Push since then: it may have arrived. */
  readonly pushed: Map<Key, Set<string>>;
  /** Push sent something since then that is not known. */
  unclear: boolean;
  buffer: { readonly size: string; readonly request: number } | null;
}

function nothingTold(): Known {
  return { any: false, versions: new Map(), pushed: new Map(), unclear: false, buffer: null };
}

function take(known: Known, { by, request, answer }: News): void {
  if (answer === null) {
    known.unclear ||= by === 'push';
    return;
  }
  known.any = true;
  if (answer.newBufferSize !== null) known.buffer = { size: answer.newBufferSize, request };
  for (const key of keys) {
    const version = answer.versions[key];
    if (version === '0') continue;
    if (by === 'push') known.pushed.set(key, (known.pushed.get(key) ?? new Set()).add(version));
    else {
      known.versions.set(key, { version, request });
      known.pushed.delete(key);
      known.unclear = false;
    }
  }
}

const names = {
  platformData: 'version_platform_data',
  acls: 'version_acls',
  groups: 'version_groups',
} as const satisfies Readonly<Record<keyof DataVersions, string>>;

const keys = Object.keys(names) as readonly Key[];

function versionFindings(versions: DataVersions, known: Known): Omit<FindingDraft, 'request'>[] {
  return keys.flatMap((key) => {
    const told = known.versions.get(key);
    const has = versions[key];
    if (told === undefined || has === told.version) return [];
    if (has !== '0' && (known.unclear || known.pushed.get(key)?.has(has) === true)) return [];
    return [
      {
        found: `${names[key]} ${has} after ${told.version} in the answer to request ${told.request}`,
        expected: `${names[key]} ${told.version}`,
        message:
          'The server takes it that the agent has not got this data, and sends all of it again: name the version of what was taken over.',
      },
    ];
  });
}

function bufferFindings(size: string, { buffer }: Known): Omit<FindingDraft, 'request'>[] {
  if (buffer === null || BigInt(size) >= BigInt(buffer.size)) return [];
  return [
    {
      found: `current_grpc_buffer_size ${size} after new_grpc_buffer_size ${buffer.size} in the answer to request ${buffer.request}`,
      expected: `current_grpc_buffer_size ${buffer.size}`,
      message:
        'The answer was a part, as the whole is larger than the buffer of the agent: receive as much as it says, and tell so in the next Sync.',
    },
  ];
}

export const syncConfigurationRules: readonly Rule[] = [adoptsConfiguration];
