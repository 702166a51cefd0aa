import { isAgentType } from '../../agent-config/agent-type.js';
import type { AgentSettings } from '../../agent-config/setting.js';
import { knownPlatform } from '../../platform/known-platform.js';
import { nodeView } from '../../platform/node-view.js';
import type { Topology } from '../../platform/topology.js';
import type { CaptureTask } from '../../replay/capture-task.js';
import { type NicChoice, nicChoice } from '../../replay/captured-nics.js';
import { compileCoreConfig } from '../../replay/compile-core-config.js';
import type { CoreConfig, CoreInterval } from '../../replay/core/core-config.js';
import { allNics } from '../../replay/interface-captures.js';
import type { InputCapture, ReplayInput } from './replay-input.js';

export interface PlannedCapture {
  readonly capture: InputCapture;
  readonly choice: NicChoice;
  readonly core: CoreConfig;
  readonly task: Omit<CaptureTask, 'index'>;
}

/** What is to be made of each capture, where `topology` holds all MACs that are known. */
export function planCaptures(
  input: ReplayInput,
  captures: readonly InputCapture[],
  topology: Topology,
  reportInterval: CoreInterval,
): PlannedCapture[] {
  const platform = knownPlatform(topology, input.platform);
  return captures.map((capture, i) => {
    const { node, nic, files, interfaces } = capture;
    const settings = input.settingsOf(node);
    const view = nodeView(topology, platform, node);
    const compiled = compileCoreConfig({ settings, topology, platform, view, node, nic, reportInterval });
    const chosen = interfaces === null ? {} : { interfaces };
    const core = { ...compiled, ...chosen, threadId: (i % 255) + 1 };
    const nicsByIndex = indexedNics(topology, node, settings);
    const decision = { ...settings, agentType: agentTypeOf(settings) };
    return {
      capture,
      choice: choiceOf(capture, settings, nicsByIndex.size),
      core,
      task: { node, nic, files, core, decision, nicsByIndex },
    };
  });
}

function choiceOf({ nic, pod }: InputCapture, settings: AgentSettings, indexed: number): NicChoice {
  if (nic !== allNics || pod !== null) return nicChoice(settings, nic, pod);
  const note = indexed > 0 ? '' : 'no NIC of the node has an ifindex in the site, so its rows name no NIC';
  return { captured: true, note };
}

function indexedNics(
  topology: Topology,
  nodeName: string,
  settings: AgentSettings,
): ReadonlyMap<number, string | null> {
  const nics = topology.nodes.find(({ name }) => name === nodeName)?.nics ?? [];
  return new Map(
    nics.flatMap(({ name, ifindex }) =>
      ifindex === null ? [] : [[ifindex, nicChoice(settings, name, null).captured ? name : null] as const],
    ),
  );
}

/** The parser of settings takes no other types. */
function agentTypeOf({ agentType }: AgentSettings) {
  if (isAgentType(agentType)) return agentType;
  throw new RangeError(`agent type ${agentType} cannot be decided for`);
}
