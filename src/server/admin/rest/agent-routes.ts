import { z } from 'zod';
import type { TapMode } from '../../model/server-change.js';
import { deliveryProblem } from '../../streams/upgrade.js';
import { listAgents, oneAgent } from './agent-json.js';
import { failure, notFound, type RestAnswer, refusal, success } from './envelope.js';
import { flagField, readJson } from './request-body.js';
import type { RestModel } from './rest-model.js';
import type { RestRoute } from './rest-route.js';

const updateBody = z.object({ VTAP_GROUP_LCUUID: z.string().optional(), ENABLE: flagField.optional() });
type AgentUpdate = z.output<typeof updateBody>;

const batchUpdateBody = z.object({
  DATA: z
    .array(z.object({ LCUUID: z.string(), VTAP_GROUP_LCUUID: z.string().optional(), ENABLE: flagField.optional() }))
    .max(1000),
});
const batchDeleteBody = z.object({ DATA: z.array(z.object({ LCUUID: z.string() })).max(1000) });

/** Older callers name revision and package, newer ones an image of the repository, which stands for both here. */
const upgradeBody = z.object({
  IMAGE_NAME: z.string().optional(),
  EXPECTED_REVISION: z.string().optional(),
  UPGRADE_PACKAGE: z.string().optional(),
});

const tapModes = [0, 1, 2, 3] as const satisfies readonly TapMode[];
const tapModeBody = z.object({ VTAP_LCUUIDS: z.array(z.string()).max(1000), TAP_MODE: z.literal(tapModes) });

export const agentRoutes: readonly RestRoute[] = [
  {
    method: 'GET',
    path: '/v1/vtaps/',
    handle: async (call, model) => {
      const names = call.queries('name');
      const group = call.query('vtap_group_lcuuid');
      const type = call.query('type');
      return success(
        listAgents(model)
          .filter(({ NAME }) => names.length === 0 || names.includes(NAME))
          .filter(({ VTAP_GROUP_LCUUID }) => group === null || VTAP_GROUP_LCUUID === group)
          .filter(({ TYPE }) => type === null || String(TYPE) === type),
      );
    },
  },
  {
    method: 'GET',
    path: '/v1/vtaps/:lcuuid/',
    handle: async (call, model) => {
      const agent = oneAgent(model, call.param('lcuuid'));
      return success(agent === null ? [] : [agent]);
    },
  },
  {
    method: 'POST',
    path: '/v1/vtaps/batch/',
    handle: async (call, model) => {
      const body = await readJson(call.request, batchUpdateBody, 'INVALID_PARAMETERS');
      if (!body.ok) return body.answer;
      return each(body.value.DATA, ({ LCUUID, ...update }) => updateAgent(model, LCUUID, update));
    },
  },
  {
    method: 'DELETE',
    path: '/v1/vtaps/batch/',
    handle: async (call, model) => {
      const body = await readJson(call.request, batchDeleteBody, 'INVALID_PARAMETERS');
      if (!body.ok) return body.answer;
      return each(body.value.DATA, ({ LCUUID }) => deleteAgent(model, LCUUID));
    },
  },
  {
    method: 'PATCH',
    path: '/v1/vtaps-tap-mode/',
    handle: async (call, model) => {
      const body = await readJson(call.request, tapModeBody, 'INVALID_PARAMETERS');
      if (!body.ok) return body.answer;
      const { VTAP_LCUUIDS: lcuuids, TAP_MODE: tapMode } = body.value;
      if (lcuuids.length === 0) return failure('INVALID_PARAMETERS', 'VTAP_LCUUIDS cannot be empty');
      const done = await model.change({ kind: 'set-tap-mode', lcuuids, tapMode });
      return done.ok ? success(null) : refusal(done);
    },
  },
  {
    method: 'PATCH',
    path: '/v1/vtaps/:lcuuid/',
    handle: async (call, model) => {
      const body = await readJson(call.request, updateBody, 'INVALID_PARAMETERS');
      return body.ok ? updateAgent(model, call.param('lcuuid'), body.value) : body.answer;
    },
  },
  {
    method: 'PATCH',
    path: '/v1/vtaps-by-name/:name/',
    handle: async (call, model) => {
      const body = await readJson(call.request, updateBody, 'INVALID_PARAMETERS');
      if (!body.ok) return body.answer;
      const agent = model.agents().find(({ name }) => name === call.param('name'));
      return agent === undefined ? notFound('vtap', call.param('name')) : updateAgent(model, agent.lcuuid, body.value);
    },
  },
  {
    method: 'PATCH',
    path: '/v1/upgrade/vtap/:lcuuid/',
    handle: async (call, model) => {
      const body = await readJson(call.request, upgradeBody, 'INVALID_PARAMETERS');
      if (!body.ok) return body.answer;
      const { IMAGE_NAME: name, EXPECTED_REVISION: revision = name, UPGRADE_PACKAGE: image = name } = body.value;
      if (revision === undefined) return failure('INVALID_PARAMETERS', 'the body has no IMAGE_NAME');
      const lcuuid = call.param('lcuuid');
      const agent = model.agent(lcuuid);
      if (agent === null) return notFound('vtap', lcuuid);
      const problem = revision === '' ? null : deliveryProblem(model.upgrade, agent.type, { revision, image });
      if (problem !== null) return failure('INVALID_PARAMETERS', problem);
      const done = await model.change({
        kind: 'set-upgrade',
        lcuuid,
        revision,
        ...(image === undefined ? {} : { image }),
      });
      return done.ok ? success(null) : refusal(done);
    },
  },
  {
    method: 'GET',
    path: '/v1/controllers/',
    handle: async () => success([{ ID: 1, IP: '127.0.0.1', NAME: 'plumbline', NODE_TYPE: 1, STATE: 2 }]),
  },
  {
    method: 'DELETE',
    path: '/v1/vtaps/:lcuuid/',
    handle: (call, model) => deleteAgent(model, call.param('lcuuid')),
  },
];

async function updateAgent(model: RestModel, lcuuid: string, update: AgentUpdate): Promise<RestAnswer> {
  const { VTAP_GROUP_LCUUID: groupLcuuid, ENABLE: enable } = update;
  const done = await model.change({
    kind: 'update-agent',
    lcuuid,
    ...(groupLcuuid === undefined ? {} : { groupLcuuid }),
    ...(enable === undefined ? {} : { enable }),
  });
  if (!done.ok) return refusal(done);
  return success(oneAgent(model, lcuuid));
}

async function deleteAgent(model: RestModel, lcuuid: string): Promise<RestAnswer> {
  const done = await model.change({ kind: 'delete-agent', lcuuid });
  return done.ok ? success({ LCUUID: done.lcuuid }) : refusal(done);
}

/** In their order; the first that is refused ends it. */
async function each<T>(items: readonly T[], act: (item: T) => Promise<RestAnswer>): Promise<RestAnswer> {
  const done: unknown[] = [];
  for (const item of items) {
    const answer = await act(item);
    if (answer.status !== 'SUCCESS')
      return { ...answer, description: `${answer.description} (after ${done.length} done)` };
    done.push(answer.data);
  }
  return success(done);
}
