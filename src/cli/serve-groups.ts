import type { Compat } from '../kube/compat.js';
import type { RestModel } from '../server/admin/rest/rest-model.js';
import type { AgentGroup } from '../server/model/agent-groups.js';
import { type GroupConfigFile, readGroupConfigFile } from './group-config-file.js';
import { PlumblineError } from './plumbline-error.js';
import type { Terminal } from './terminal.js';

/** What --group-config says: a group's configuration that is there when the server is ready. */
export interface WantedGroup extends GroupConfigFile {
  readonly group: string;
  readonly file: string;
}

/** All that is needed of the server. */
export interface GroupsServer {
  readonly model: { groups(): readonly AgentGroup[] };
  readonly change: RestModel['change'];
}

const defaultGroup = 'default';

/**
 * @param options "FILE" for the default group, or "GROUP=FILE"
 * @throws PlumblineError (bad input) where a file cannot be used
 */
export function wantedGroups(terminal: Terminal, compat: Compat, options: readonly string[]): readonly WantedGroup[] {
  return options.map((option) => {
    // A group has no slash in its name here, so that a path may have an equals sign.
    const [, group = defaultGroup, file = option] = /^([^=/]+)=(.+)$/s.exec(option) ?? [];
    const read = readGroupConfigFile(terminal, file);
    const reads = compat === 'v7' ? 'v7' : 'v6.5';
    if (read.generation !== reads) {
      const told = `${file} has keys of ${read.generation}, which agents of ${reads} are not sent`;
      terminal.err(`${terminal.errStyle.warn('--group-config:')} ${told}; this server plays ${compat}.\n`);
    }
    return { ...read, group, file };
  });
}

/**
 * Makes the groups that are not there, and gives them their configurations. What a group has already, kept by --data, stays.
 *
 * @throws PlumblineError (bad input) where a group cannot be
 */
export async function configureGroups(
  terminal: Terminal,
  server: GroupsServer,
  wanted: readonly WantedGroup[],
): Promise<void> {
  for (const each of wanted) {
    const group = await findOrCreate(server, each.group);
    const { file, generation, yaml } = each;
    const named = `group ${group.name} (${group.shortId})`;
    if (group.configurations[generation] !== undefined) {
      terminal.err(`plumbline: ${named} has a configuration of ${generation} already; ${file} is not used\n`);
      continue;
    }
    await change(server, { kind: 'put-configuration', group: group.lcuuid, generation, yaml, mode: 'create' });
    terminal.err(`plumbline: ${named} has the configuration of ${file}\n`);
  }
}

async function findOrCreate(server: GroupsServer, name: string): Promise<AgentGroup> {
  const find = (wanted: (group: AgentGroup) => boolean): AgentGroup | undefined => server.model.groups().find(wanted);
  const there = find((group) => group.name === name || group.shortId === name);
  if (there !== undefined) return there;
  const lcuuid = await change(server, { kind: 'create-group', name });
  const made = find((group) => group.lcuuid === lcuuid);
  if (made === undefined) throw PlumblineError.harnessFault(`The group ${name} was made, and is not there.`);
  return made;
}

/** @returns the lcuuid of what was made or changed */
async function change(server: GroupsServer, wanted: Parameters<RestModel['change']>[0]): Promise<string> {
  const done = await server.change(wanted);
  if (!done.ok) throw PlumblineError.badInput(`--group-config: ${done.description}.`);
  return done.lcuuid;
}
