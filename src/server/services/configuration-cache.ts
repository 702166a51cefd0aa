import { renderForAgent, type ServerFacts } from '../../agent-config/group-configuration.js';
import type { MessageInput } from '../../wire/message-types.js';
import type { GroupConfiguration } from '../model/agent-groups.js';
import { createBoundedMap } from '../model/bounded-map.js';
import type { LocalEnd } from '../model/call-outcome.js';

/** What agents of the two generations are sent of a group's configuration. */
export interface Configurations {
  /** `user_config`: YAML. @param configuration null: the group has none */
  userConfig(configuration: GroupConfiguration | null, local: LocalEnd): string;
  config(configuration: GroupConfiguration | null, local: LocalEnd): MessageInput<'trident.Config'>;
}

/** There is no ingester; the port is the one where agents expect it. */
const ingesterPort = 30033;

/** Configurations times addresses that agents reach the server by. */
const maxKept = 1000;

/** Remembers what was made of a configuration: thousands of agents ask for the same one. */
export function createConfigurations(): Configurations {
  const userConfigs = createKeeper(makeUserConfig);
  const configs = createKeeper(makeConfig);
  return { userConfig: userConfigs, config: configs };
}

function createKeeper<T>(make: (yaml: string | null, local: LocalEnd) => T) {
  const kept = createBoundedMap<{ readonly of: GroupConfiguration | null; readonly made: T }>(maxKept);
  return (configuration: GroupConfiguration | null, local: LocalEnd): T => {
    const key = `${configuration?.lcuuid ?? ''} ${local.address} ${local.port}`;
    const known = kept.get(key);
    // A changed configuration is another object with the same id.
    if (known !== undefined && known.of === configuration) return known.made;
    const made = make(configuration?.yaml ?? null, local);
    kept.set(key, { of: configuration, made });
    return made;
  };
}

function makeUserConfig(yaml: string | null, local: LocalEnd): string {
  return renderForAgent('v7', yaml, factsOf(local)).userConfig;
}

function makeConfig(yaml: string | null, local: LocalEnd): MessageInput<'trident.Config'> {
  const { config, localConfig } = renderForAgent('v6.5', yaml, factsOf(local));
  return { ...config, local_config: localConfig };
}

/** The agent is told an address as its default would be 127.0.0.1:30035. Data goes to the same machine. */
function factsOf({ address, port }: LocalEnd): ServerFacts {
  return { controller: { ip: address, port }, ingester: { ip: address, port: ingesterPort } };
}
