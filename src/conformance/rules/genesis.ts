import { isIP } from 'node:net';
import { genesisTypes } from '../../server/services/genesis-sync.js';
import type { AgentGenesis, ReportedNic } from '../agent-call.js';
import type { FindingDraft, Rule, TrafficRule } from '../rule.js';
import { agentsOf, answeredAt, type CallOf, genesisBySender } from './common/agents.js';
import { agentGenesis, agentSync, genesisData, genesisVersion } from './common/example-agent.js';
import { createFindingCollector, notJudged } from './common/judgement.js';
import { serversOnly } from './common/source.js';
import { shown } from './common/text.js';

type GenesisCall = CallOf<AgentGenesis>;

const noGenesis = notJudged('the agent does not call GenesisSync');
const silent = { platform_data: null };

const versionHandshake: TrafficRule = {
  id: 'genesis/version-handshake',
  scope: 'traffic',
  level: serversOnly('must'),
  demand:
    'GenesisSync carries a version above 0 that changes with its content, leaves its data out only while the server answers that version, and for servers from v7 on names its sender in agent_info.',
  why: 'The server ignores version 0 and requests without sender, keeps what it has where the version is the same, and shows no NICs of an agent whose data it has lost and that does not send it again.',
  source: 'deepflow-server behaviour: version memory of GenesisSync',
  example: {
    breaks: { compat: 'v7', calls: [agentGenesis(), agentGenesis(silent, 0), agentGenesis(silent, 0)] },
    keeps: {
      compat: 'v7',
      calls: [
        agentGenesis(),
        agentGenesis(silent, 0),
        agentGenesis(),
        changedGenesis(),
        agentGenesis({ ...silent, version: genesisVersion + 1 }),
      ],
    },
  },
  judge(traffic, { compat }) {
    const senders = genesisBySender(traffic);
    if (senders.size === 0) return noGenesis;
    const findings = createFindingCollector();
    for (const calls of senders.values()) {
      const told = new Set<string>();
      /** The last calls with data under a version, and that was answered. */
      let data: GenesisCall | null = null;
      let answered: GenesisCall | null = null;
      for (const call of calls) {
        // Of calls that overlap the answer to the earlier one may come too late for the later one.
        const last = answered !== null && answeredAt(answered) <= call.time ? answered : null;
        const problem = formProblem(call, compat === 'v7') ?? contentProblem(call, data) ?? silenceProblem(call, last);
        if (call.agent.contentDigest !== '') data = call;
        if (call.agent.answerVersion !== null) answered = call;
        if (problem === null || told.has(problem.message)) continue;
        told.add(problem.message);
        findings.add(() => ({ request: call.seq, ...problem }));
      }
    }
    return findings.judgement();
  },
};

function changedGenesis() {
  return agentGenesis({ version: genesisVersion + 1, platform_data: genesisData('eth1') });
}

type Problem = Omit<FindingDraft, 'request'>;

function formProblem({ agent }: GenesisCall, needsSender: boolean): Problem | null {
  if (agent.version === '0') {
    return {
      found: 'version 0',
      expected: 'a version above 0, e.g. the Unix time of the start in seconds',
      message: 'The server ignores a GenesisSync of version 0: begin with the time at which the agent started.',
    };
  }
  if (needsSender && (agent.ctrlIp === '' || agent.ctrlMac === '')) {
    return {
      found: `agent_info with ip ${shown(agent.ctrlIp)} and mac ${shown(agent.ctrlMac)}`,
      expected: 'ip and mac as in Sync',
      message:
        'The server refuses a GenesisSync without sender, and answers an old version: fill agent_info.ip and agent_info.mac.',
    };
  }
  return null;
}

/** @param before the last call with data */
function contentProblem({ agent }: GenesisCall, before: GenesisCall | null): Problem | null {
  if (agent.contentDigest === '' || before === null || before.agent.version !== agent.version) return null;
  if (before.agent.contentDigest === agent.contentDigest) return null;
  return {
    found: `other data under version ${agent.version} than in request ${before.seq}`,
    expected: 'another version with other data',
    message: 'The server keeps the data that it has under this version: add 1 to the version with each change.',
  };
}

/** No data, though the server does not have this version. @param last the last call that was answered */
function silenceProblem({ agent }: GenesisCall, last: GenesisCall | null): Problem | null {
  // The first one may be silent: a server that the agent comes to later asks for the data with its answer.
  if (agent.contentDigest !== '' || last === null) return null;
  if (last.agent.answerVersion === agent.version) return null;
  return {
    found: `version ${agent.version} without data, though request ${last.seq} was answered with version ${last.agent.answerVersion}`,
    expected: 'platform_data until the server answers the same version',
    message: 'The server asks for everything by another version in its answer: send all data again.',
  };
}

const reportsNics: TrafficRule = {
  id: 'genesis/reports-nics',
  scope: 'traffic',
  level: serversOnly('must'),
  demand:
    'GenesisSync names the NICs of its host, each with name, MAC and addresses as address/length, the type of the agent and, in a cluster, kubernetes_cluster_id.',
  why: 'From these NICs the server knows the MACs of Pods and Nodes; without them, or without the cluster, traffic cannot be told apart by MAC.',
  source: 'deepflow-server behaviour: interfaces of GenesisSync; data of other types of agents is not processed',
  example: {
    breaks: { compat: 'v7', calls: [agentSync(), agentGenesis({ platform_data: { raw_hostname: 'node-1' } })] },
    keeps: { compat: 'v7', calls: [agentSync(), agentGenesis()] },
  },
  judge(traffic) {
    const senders = genesisBySender(traffic);
    if (senders.size === 0) return noGenesis;
    const inCluster = new Set(
      agentsOf(traffic)
        .filter(({ syncs }) => syncs.some(({ agent }) => agent.clusterId !== ''))
        .flatMap(({ genesis }) => genesis.map(({ seq }) => seq)),
    );
    const findings = createFindingCollector();
    let judged = false;
    for (const calls of senders.values()) {
      const told = new Set<string>();
      for (const call of calls) {
        if (!call.agent.hasData) continue;
        judged = true;
        for (const problem of dataProblems(call, inCluster.has(call.seq))) {
          if (told.has(problem.message)) continue;
          told.add(problem.message);
          findings.add(() => ({ request: call.seq, ...problem }));
        }
      }
    }
    return findings.judgement(judged ? undefined : notJudged('no GenesisSync carried platform_data'));
  },
};

function dataProblems({ agent }: GenesisCall, inCluster: boolean): readonly Problem[] {
  const problems: Problem[] = [];
  if (!genesisTypes.has(agent.agentType)) {
    problems.push({
      found: `agent type ${shown(agent.agentType)}`,
      expected: 'the type that Sync delivers',
      message: 'The server does not process what agents of this type see: send the type that Sync delivers.',
    });
  }
  if (inCluster && agent.clusterId === '') {
    problems.push({
      found: 'no kubernetes_cluster_id',
      expected: 'the cluster id of Sync',
      message: 'The NICs belong to no cluster, so that Pods and Nodes get no MACs of them: send kubernetes_cluster_id.',
    });
  }
  if (agent.nics.length === 0 && !agent.hasRawNics) {
    problems.push({
      found: 'platform_data without interfaces',
      expected: 'all NICs of the host',
      message: 'The agent reports no NIC: list those of the host, and of the network namespaces on it.',
    });
  }
  const outside = agent.nics.filter(({ name }) => name !== 'lo');
  if (outside.length > 0 && outside.every(({ mac }) => mac === '0')) {
    problems.push({
      found: `${outside.length} NICs, none of them with a MAC`,
      expected: 'the MAC of each NIC that has one',
      message: 'The server tells NICs by their MACs, and learns none: send mac, as the number that its six bytes are.',
    });
  }
  const broken = agent.nics.map(nicProblem).find((problem) => problem !== null);
  if (broken !== undefined && broken !== null) problems.push(broken);
  return problems;
}

function nicProblem({ name, mac, ips }: ReportedNic): Problem | null {
  if (name === '' || BigInt(mac) >= 1n << 48n) {
    return {
      found: `a NIC with name ${shown(name)} and mac ${mac}`,
      expected: 'a name, and a MAC as a number of 48 bits',
      message: 'A NIC needs its name and its MAC, as the number that its six bytes are.',
    };
  }
  const wrong = ips.find((text) => !isPrefix(text));
  return wrong === undefined
    ? null
    : {
        name,
        found: `address ${shown(wrong)}`,
        expected: 'address/length, such as 10.0.0.9/24',
        message: 'The server needs the length of the mask with each address: send address/length.',
      };
}

function isPrefix(text: string): boolean {
  const [, address = '', length = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const family = isIP(address);
  return family !== 0 && Number(length) <= (family === 4 ? 32 : 128);
}

export const genesisRules: readonly Rule[] = [versionHandshake, reportsNics];
