import { messageType } from '../../wire/protos.js';
import { agentKey } from '../model/agent-record.js';
import { answered, type CallOutcome, type ServiceCall, undecodable } from '../model/call-outcome.js';
import type { SavedGenesis } from '../model/saved-state.js';
import { memoryKey, type ServerState } from '../model/server-state.js';
import { decodeGenesisAsk, type GenesisAsk } from './genesis-ask.js';

/** Types of agents that report what the server takes in; the others are answered with the version that they have. */
export const genesisTypes: ReadonlySet<string> = new Set([
  'TT_PROCESS',
  'TT_PUBLIC_CLOUD',
  'TT_PHYSICAL_MACHINE',
  'TT_HOST_POD',
  'TT_VM_POD',
  'TT_K8S_SIDECAR',
]);

/** An agent reports the NICs, addresses and processes of its machine, or that they are what they were. */
export function playGenesisSync(state: ServerState, call: ServiceCall): CallOutcome {
  const { ask, problem } = decodeGenesisAsk(call.package, call.request);
  if (ask === null) return undecodable(problem);
  const answer = (version: bigint | null) => {
    const fields = version === null ? {} : { version: String(version) };
    return answered(messageType(`${call.package}.GenesisSyncResponse`).encode(fields));
  };
  if (ask.version === 0n || (ask.team !== '' && !state.teams.has(ask.team))) return answer(null);
  if (!genesisTypes.has(ask.type)) return answer(ask.version);
  expireNics(state, call.time);
  const agent = senderOf(state, ask);
  if (ask.sender === 'missing') return answer(BigInt(state.genesis.get(agent)?.version ?? 0));
  const { agentId, version, content, host } = ask;
  const { answerVersion, replaced, current } = state.genesis.take({
    agent,
    agentId,
    version,
    content,
    host,
    time: call.time,
    clusterId: memoryKey(ask.clusterId),
  });
  if (current !== null) replaceNics(state, replaced, current, call.time);
  return answer(answerVersion);
}

/** Forgets the NICs of agents that were silent for too long. */
export function expireNics(state: ServerState, time: number): void {
  for (const gone of state.genesis.expire(time)) replaceNics(state, gone, null, time);
}

function replaceNics(state: ServerState, before: SavedGenesis | null, now: SavedGenesis | null, time: number): void {
  for (const clusterId of state.platform.setNics(before, now, time)) state.tell({ kind: 'platform', clusterId });
}

/** "ctrl_ip-ctrl_mac"; of an old agent that is not registered its address. */
function senderOf(state: ServerState, { sender, agentId, sourceIp }: GenesisAsk): string {
  if (typeof sender === 'object') return agentKey(sender);
  const registered = agentId === 0 ? null : state.agents.byId(agentId);
  if (registered !== null) return agentKey(registered);
  return agentId === 0 ? `address ${sourceIp}` : `id ${agentId}`;
}
