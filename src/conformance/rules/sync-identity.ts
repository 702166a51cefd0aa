import { isIP } from 'node:net';
import type { AgentReport } from '../agent-call.js';
import type { Rule, TrafficRule } from '../rule.js';
import { agentsOf, type CallOf, managedAgents, noAgentSync, type SeenAgent, whyUnmanaged } from './common/agents.js';
import { agentSync } from './common/example-agent.js';
import { createFindingCollector, type FindingCollector } from './common/judgement.js';
import { serversOnly } from './common/source.js';
import { hostOf } from './common/sync-calls.js';
import { shown } from './common/text.js';

type Reporting = CallOf<SeenAgent['syncs'][number]['agent'] | SeenAgent['pushes'][number]['agent']>;

const identifiesItself: TrafficRule = {
  id: 'sync/identifies-itself',
  scope: 'traffic',
  level: serversOnly('must'),
  demand: 'Sync and Push say who calls: ctrl_ip and ctrl_mac that stay the same.',
  why: 'The server knows an agent by ctrl_ip and ctrl_mac: without them it is never registered, and with others each time it is registered again and again, each time as another agent.',
  source: 'deepflow-server behaviour: registry of agents',
  example: {
    breaks: { compat: 'v7', calls: [agentSync({ ctrl_mac: '' }), agentSync({ ctrl_mac: '' })] },
    keeps: { compat: 'v7', calls: [agentSync(), agentSync()] },
  },
  judge(traffic) {
    const agents = agentsOf(traffic);
    if (agents.length === 0) return noAgentSync;
    const findings = createFindingCollector();
    for (const agent of agents) {
      addOnce(findings, callsOf(agent), problemsOf);
    }
    for (const { first, other } of changedIdentities(agents)) {
      findings.add(() => ({
        request: other.seq,
        found: `${idOf(other.agent)}; in request ${first.seq} of the same process it was ${idOf(first.agent)}`,
        expected: 'the same ctrl_ip and ctrl_mac in every call',
        message: 'The server takes it for another agent: choose address and MAC once, when the agent starts.',
      }));
    }
    return findings.judgement();
  },
};

/** An agent is managed by people, who look for it in a list. */
const describesItself: TrafficRule = {
  id: 'sync/describes-itself',
  scope: 'traffic',
  level: serversOnly('should'),
  demand: 'Sync of a managed agent describes its process: host, process_name and boot_time.',
  why: 'The server lists an agent by its host, else by its address; it pushes to known process names only, and tells a restart by boot_time.',
  source: 'deepflow-server behaviour: registry of agents; Push answers known process names only',
  example: {
    breaks: { compat: 'v7', calls: [agentSync({ host: '' }), agentSync({ host: '' })] },
    keeps: { compat: 'v7', calls: [agentSync(), agentSync()] },
  },
  judge(traffic) {
    const why = whyUnmanaged(traffic);
    if (why !== null) return why;
    const findings = createFindingCollector();
    for (const { syncs } of managedAgents(traffic)) addOnce(findings, syncs, blanksOf);
    return findings.judgement();
  },
};

/** The same problem is told once of one agent. */
function addOnce(
  findings: FindingCollector,
  calls: readonly Reporting[],
  problemsIn: (call: Reporting) => readonly Problem[],
): void {
  const told = new Set<string>();
  for (const call of calls) {
    for (const { field, found, expected, message } of problemsIn(call)) {
      if (told.has(field)) continue;
      told.add(field);
      findings.add(() => ({ request: call.seq, found: `${field} ${shown(found)}`, expected, message }));
    }
  }
}

function callsOf({ syncs, pushes }: SeenAgent): readonly Reporting[] {
  return [...syncs, ...pushes].toSorted((one, other) => one.seq - other.seq);
}

interface Problem {
  readonly field: string;
  readonly found: string | number;
  readonly expected: string;
  readonly message: string;
}

const unspecified = ['0.0.0.0', '::'];
const macPattern = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/;

function problemsOf({ agent }: Reporting): readonly Problem[] {
  const problems: Problem[] = [];
  const { ctrlIp, ctrlMac, byIpOnly } = agent;
  if (isIP(ctrlIp) === 0 || unspecified.includes(ctrlIp)) {
    problems.push({
      field: 'ctrl_ip',
      found: ctrlIp,
      expected: 'the IP address from which the agent reaches the server',
      message: 'The server cannot register an agent without an address: send that of the NIC towards the server.',
    });
  }
  // The loopback NIC, by which an agent beside its server reaches it, has no other MAC.
  const isBlank = ctrlMac === '00:00:00:00:00:00' && !isLoopback(ctrlIp);
  if (!byIpOnly && (!macPattern.test(ctrlMac) || isBlank)) {
    problems.push({
      field: 'ctrl_mac',
      found: ctrlMac,
      expected: 'the MAC of the NIC that has ctrl_ip, as aa:bb:cc:dd:ee:ff',
      message: 'Address and MAC together are the key of an agent: send the MAC of the NIC that has ctrl_ip.',
    });
  }
  return problems;
}

function blanksOf({ agent: { host, processName, bootTime } }: Reporting): readonly Problem[] {
  const problems: Problem[] = [];
  const named = [
    ['host', host, 'the name of the machine', 'The agent is listed by its host: send the name of the machine.'],
    [
      'process_name',
      processName,
      'the name of the program',
      'Push is answered by the name of the process only: send one, and one that begins with deepflow-agent to be pushed to.',
    ],
  ] as const;
  for (const [field, found, expected, message] of named) {
    if (found === '') problems.push({ field, found, expected, message });
  }
  if (bootTime === 0) {
    problems.push({
      field: 'boot_time',
      found: bootTime,
      expected: 'Unix time of the start, seconds',
      message: 'The server tells a restart of the agent by boot_time: send the time at which it started.',
    });
  }
  return problems;
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

/** Calls of one process that name another agent than its first call does. */
function changedIdentities(agents: readonly SeenAgent[]): { readonly first: Reporting; readonly other: Reporting }[] {
  const byProcess = new Map<string, Reporting>();
  const found: { readonly first: Reporting; readonly other: Reporting }[] = [];
  for (const agent of agents) {
    const call = callsOf(agent)[0];
    if (call === undefined || problemsOf(call).length > 0) continue;
    const { host, processName, bootTime, clusterId } = call.agent;
    const process = JSON.stringify([hostOf(call.peer), host, processName, bootTime, clusterId]);
    const first = byProcess.get(process);
    if (first === undefined) byProcess.set(process, call);
    else found.push({ first, other: call });
  }
  return found;
}

function idOf({ ctrlIp, ctrlMac }: AgentReport): string {
  return `${ctrlIp} ${ctrlMac}`;
}

export const syncIdentityRules: readonly Rule[] = [identifiesItself, describesItself];
