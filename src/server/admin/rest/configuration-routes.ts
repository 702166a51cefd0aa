import { stringify } from 'yaml';
import { z } from 'zod';
import { exampleConfiguration } from '../../../agent-config/group-configuration.js';
import { maxConfigurationBytes, readConfiguration } from '../../../agent-config/read-configuration.js';
import type { AgentGroup } from '../../model/agent-groups.js';
import { failure, notFound, type RestAnswer, refusal, success } from './envelope.js';
import { type Body, readText } from './request-body.js';
import type { RestModel } from './rest-model.js';
import type { RestCall, RestRoute } from './rest-route.js';
import { restTime } from './rest-time.js';
import { storeConfiguration } from './stored-configuration.js';

const base = '/v1/agent-group-configuration';

/** Configurations of groups since v6.6.9, with nested keys. */
export const configurationRoutes: readonly RestRoute[] = [
  { method: 'GET', path: `${base}/template/yaml`, handle: async () => success(exampleConfiguration('v7')) },
  { method: 'GET', path: `${base}/template/json`, handle: async () => success(asJson(exampleConfiguration('v7'))) },
  { method: 'GET', path: '/v1/agent-group-configurations', handle: async (_, model) => success(listed(model)) },
  { method: 'GET', path: `${base}/yaml`, handle: async (_, model) => success(listed(model)) },
  {
    method: 'GET',
    path: `${base}/json`,
    handle: async (_, model) =>
      success(
        Object.fromEntries(listed(model).map(({ AGENT_GROUP_LCUUID, YAML }) => [AGENT_GROUP_LCUUID, asJson(YAML)])),
      ),
  },
  {
    method: 'GET',
    path: `${base}/:lcuuid/yaml`,
    handle: (call, model) => withConfiguration(call, model, ({ yaml }) => success(yaml)),
  },
  {
    method: 'GET',
    path: `${base}/:lcuuid/json`,
    handle: (call, model) => withConfiguration(call, model, ({ yaml }) => success(asJson(yaml))),
  },
  // The real server writes over a configuration that is there already, with POST as well.
  { method: 'POST', path: `${base}/:lcuuid/yaml`, handle: (call, model) => put(call, model, readYaml, 'any') },
  { method: 'PUT', path: `${base}/:lcuuid/yaml`, handle: (call, model) => put(call, model, readYaml, 'update') },
  { method: 'POST', path: `${base}/:lcuuid/json`, handle: (call, model) => putJson(call, model, 'any') },
  { method: 'PUT', path: `${base}/:lcuuid/json`, handle: (call, model) => putJson(call, model, 'update') },
  {
    method: 'DELETE',
    path: `${base}/:lcuuid`,
    handle: async (call, model) => {
      const group = groupOf(call, model);
      if (group === undefined) return notFound('agent group', call.param('lcuuid'));
      const done = await model.change({ kind: 'delete-configuration', group: group.lcuuid, generation: 'v7' });
      return done.ok ? success(null) : refusal(done);
    },
  },
];

const oldKeysHint =
  'Agents of v6.5 read another document: POST /v1/vtap-group-configuration/advanced/ with vtap_group_id and flat keys.';

function groupOf(call: RestCall, model: RestModel): AgentGroup | undefined {
  return model.groups().find(({ lcuuid }) => lcuuid === call.param('lcuuid'));
}

async function withConfiguration(
  call: RestCall,
  model: RestModel,
  answer: (configuration: { readonly yaml: string }) => RestAnswer,
): Promise<RestAnswer> {
  const group = groupOf(call, model);
  if (group === undefined) return notFound('agent group', call.param('lcuuid'));
  const configuration = group.configurations.v7;
  if (configuration === undefined) return notFound('agent group configuration of agent group', group.shortId);
  return answer(configuration);
}

async function put(
  call: RestCall,
  model: RestModel,
  read: (request: Request) => Promise<Body<string>>,
  mode: 'any' | 'update',
): Promise<RestAnswer> {
  const group = groupOf(call, model);
  if (group === undefined) return notFound('agent group', call.param('lcuuid'));
  const body = await read(call.request);
  if (!body.ok) return body.answer;
  const note = model.compat !== 'v7' ? oldKeysHint : undefined;
  return storeConfiguration(model, {
    group,
    generation: 'v7',
    yaml: body.value,
    mode,
    ...(note === undefined ? {} : { note }),
  });
}

function readYaml(request: Request): Promise<Body<string>> {
  return readText(request, maxConfigurationBytes, 'INVALID_POST_DATA');
}

async function putJson(call: RestCall, model: RestModel, mode: 'any' | 'update'): Promise<RestAnswer> {
  const stored = await put(call, model, readJsonAsYaml, mode);
  return stored.status === 'SUCCESS' ? { ...stored, data: asJson(String(stored.data)) } : stored;
}

async function readJsonAsYaml(request: Request): Promise<Body<string>> {
  const text = await readText(request, maxConfigurationBytes, 'INVALID_POST_DATA');
  if (!text.ok) return text;
  try {
    const value = z.record(z.string(), z.unknown()).parse(JSON.parse(text.value));
    return { ok: true, value: stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 }) };
  } catch (error) {
    const problem =
      error instanceof z.ZodError ? 'it is no JSON object' : String(error instanceof Error ? error.message : error);
    return { ok: false, answer: failure('INVALID_POST_DATA', `the body is no JSON object: ${problem}`) };
  }
}

function listed(model: RestModel) {
  return model.groups().flatMap((group) => {
    const configuration = group.configurations.v7;
    if (configuration === undefined) return [];
    const { lcuuid, yaml, updatedAt } = configuration;
    return [
      {
        ID: group.id,
        LCUUID: lcuuid,
        AGENT_GROUP_LCUUID: group.lcuuid,
        AGENT_GROUP_NAME: group.name,
        AGENT_GROUP_SHORT_UUID: group.shortId,
        YAML: yaml,
        UPDATED_AT: restTime(updatedAt),
      },
    ];
  });
}

/** What was stored had been read before. */
function asJson(yaml: string): unknown {
  const read = readConfiguration(yaml);
  return read.ok ? read.document.root : {};
}
