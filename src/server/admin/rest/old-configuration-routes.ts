import { stringify } from 'yaml';
import { z } from 'zod';
import { exampleConfiguration } from '../../../agent-config/group-configuration.js';
import { maxConfigurationBytes, readConfiguration } from '../../../agent-config/read-configuration.js';
import type { AgentGroup, GroupConfiguration } from '../../model/agent-groups.js';
import { failure, notFound, type RestAnswer, refusal, success } from './envelope.js';
import { readJson, readText } from './request-body.js';
import type { RestModel } from './rest-model.js';
import type { RestCall, RestRoute } from './rest-route.js';
import { restTime } from './rest-time.js';
import { storeConfiguration } from './stored-configuration.js';

const base = '/v1/vtap-group-configuration';

interface Configured {
  readonly group: AgentGroup;
  readonly configuration: GroupConfiguration;
}

/** Configurations of groups up to v6.5: flat keys, the group named by `vtap_group_id` within the document. */
export const oldConfigurationRoutes: readonly RestRoute[] = [
  { method: 'GET', path: `${base}/example/`, handle: async () => success(exampleConfiguration('v6.5')) },
  {
    method: 'GET',
    path: `${base}/`,
    handle: async (call, model) => success(filtered(call, model).map(configurationJson)),
  },
  {
    method: 'GET',
    path: `${base}/advanced/`,
    handle: async (_, model) => success(configured(model).map(({ configuration }) => configuration.yaml)),
  },
  {
    method: 'GET',
    path: `${base}/advanced/:lcuuid/`,
    handle: async (call, model) => {
      const found = byLcuuid(call, model);
      return found === undefined ? noConfiguration(call) : success(found.configuration.yaml);
    },
  },
  {
    method: 'GET',
    path: `${base}/detailed/:lcuuid/`,
    handle: async (call, model) => {
      const found = byLcuuid(call, model);
      return found === undefined ? noConfiguration(call) : success(configurationJson(found));
    },
  },
  {
    method: 'GET',
    path: `${base}/filter/`,
    handle: async (call, model) => {
      const asked = askedGroup(call, model);
      if ('code' in asked) return asked;
      const { configurations, shortId } = asked;
      const stored = configurations['v6.5'];
      return stored === undefined ? notFound('vtap group configuration of vtap group', shortId) : success(stored.yaml);
    },
  },
  {
    method: 'DELETE',
    path: `${base}/filter/`,
    handle: async (call, model) => {
      const asked = askedGroup(call, model);
      return 'code' in asked ? asked : remove(model, asked);
    },
  },
  {
    method: 'POST',
    path: `${base}/advanced/`,
    handle: async (call, model) => {
      const body = await readText(call.request, maxConfigurationBytes, 'INVALID_POST_DATA');
      return body.ok ? createFromYaml(model, body.value) : body.answer;
    },
  },
  {
    method: 'PATCH',
    path: `${base}/advanced/:lcuuid/`,
    handle: async (call, model) => {
      const body = await readText(call.request, maxConfigurationBytes, 'INVALID_POST_DATA');
      return body.ok ? update(call, model, body.value) : body.answer;
    },
  },
  {
    method: 'POST',
    path: `${base}/`,
    handle: async (call, model) => {
      const body = await readJson(call.request, jsonBody, 'INVALID_POST_DATA', maxConfigurationBytes);
      if (!body.ok) return body.answer;
      const lcuuid = body.value.VTAP_GROUP_LCUUID;
      const group = model.groups().find((each) => each.lcuuid === lcuuid);
      if (group === undefined) return notFound('vtapgroup', lcuuid ?? '');
      return storeConfiguration(model, { group, generation: 'v6.5', yaml: asYaml(body.value), mode: 'create' });
    },
  },
  {
    method: 'PATCH',
    path: `${base}/:lcuuid/`,
    handle: async (call, model) => {
      const body = await readJson(call.request, jsonBody, 'INVALID_PARAMETERS', maxConfigurationBytes);
      return body.ok ? update(call, model, asYaml(body.value)) : body.answer;
    },
  },
  {
    method: 'DELETE',
    path: `${base}/:lcuuid/`,
    handle: async (call, model) => {
      const found = byLcuuid(call, model);
      return found === undefined ? noConfiguration(call) : remove(model, found.group);
    },
  },
];

const jsonBody = z.looseObject({ VTAP_GROUP_LCUUID: z.string().optional(), YAML_CONFIG: z.string().nullish() });

async function createFromYaml(model: RestModel, yaml: string): Promise<RestAnswer> {
  const read = readConfiguration(yaml);
  const root = read.ok ? read.document.root : {};
  const id = root.vtap_group_id;
  if (read.ok && (typeof id !== 'string' || id === '')) {
    return failure(
      'INVALID_POST_DATA',
      'vtap_group_id is empty: the document names its group by short id, such as g-1yhIguXABC',
    );
  }
  const group = model.groups().find(({ shortId }) => shortId === id);
  // What is no YAML names no group; the check of documents says what is wrong with it.
  const [fallback] = model.groups();
  if (group === undefined && (read.ok || fallback === undefined)) return notFound('vtapgroup', String(id));
  const chosen = group ?? fallback;
  return chosen === undefined
    ? notFound('vtapgroup', String(id))
    : storeConfiguration(model, { group: chosen, generation: 'v6.5', yaml, mode: 'create', ...newKeysNote(model) });
}

async function update(call: RestCall, model: RestModel, yaml: string): Promise<RestAnswer> {
  const found = byLcuuid(call, model);
  if (found === undefined) return noConfiguration(call);
  return storeConfiguration(model, {
    group: found.group,
    generation: 'v6.5',
    yaml,
    mode: 'update',
    ...newKeysNote(model),
  });
}

function newKeysNote(model: RestModel): { readonly note?: string } {
  if (model.compat !== 'v7') return {};
  const note =
    'Agents of v7 read another document: POST /v1/agent-group-configuration/LCUUID-OF-THE-GROUP/yaml with nested keys.';
  return { note };
}

async function remove(model: RestModel, group: AgentGroup): Promise<RestAnswer> {
  const done = await model.change({ kind: 'delete-configuration', group: group.lcuuid, generation: 'v6.5' });
  return done.ok ? success({ LCUUID: done.lcuuid }) : refusal(done);
}

function configured(model: RestModel): readonly Configured[] {
  return model.groups().flatMap((group) => {
    const configuration = group.configurations['v6.5'];
    return configuration === undefined ? [] : [{ group, configuration }];
  });
}

function filtered(call: RestCall, model: RestModel): readonly Configured[] {
  const id = call.query('vtap_group_id');
  return configured(model).filter(({ group }) => id === null || group.shortId === id);
}

function byLcuuid(call: RestCall, model: RestModel): Configured | undefined {
  return configured(model).find(({ configuration }) => configuration.lcuuid === call.param('lcuuid'));
}

function askedGroup(call: RestCall, model: RestModel): AgentGroup | RestAnswer {
  const id = call.query('vtap_group_id') ?? '';
  if (id === '')
    return failure('INVALID_PARAMETERS', 'the query has no vtap_group_id, such as ?vtap_group_id=g-1yhIguXABC');
  return model.groups().find(({ shortId }) => shortId === id) ?? notFound('vtapgroup', id);
}

function noConfiguration(call: RestCall): RestAnswer {
  return notFound('vtap group configuration', call.param('lcuuid'));
}

/** Keys in capitals, and the section `static_config` as text, as the real server gives them. */
function configurationJson({ group, configuration }: Configured): Readonly<Record<string, unknown>> {
  const read = readConfiguration(configuration.yaml);
  const { static_config: section, ...keys } = read.ok ? read.document.root : {};
  return {
    ...Object.fromEntries(Object.entries(keys).map(([key, value]) => [key.toUpperCase(), value])),
    YAML_CONFIG: section === undefined ? null : stringify(section),
    ID: group.id,
    LCUUID: configuration.lcuuid,
    VTAP_GROUP_LCUUID: group.lcuuid,
    VTAP_GROUP_ID: group.shortId,
    VTAP_GROUP_NAME: group.name,
    UPDATED_AT: restTime(configuration.updatedAt),
  };
}

function asYaml(body: z.output<typeof jsonBody>): string {
  const { VTAP_GROUP_LCUUID: _group, YAML_CONFIG: section, ...keys } = body;
  const flat = stringify(Object.fromEntries(Object.entries(keys).map(([key, value]) => [key.toLowerCase(), value])));
  if (typeof section !== 'string' || section.trim() === '') return flat;
  const lines = section
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`);
  return [flat === '{}\n' ? '' : flat, 'static_config:\n', ...lines.map((line) => `${line}\n`)].join('');
}
