import { z } from 'zod';
import type { AgentGroup } from '../../model/agent-groups.js';
import type { RegisteredAgent } from '../../model/agent-record.js';
import type { ServerChange } from '../../model/server-change.js';
import { notFound, type RestAnswer, refusal, success } from './envelope.js';
import { flagField, nameField, readJson } from './request-body.js';
import type { RestModel } from './rest-model.js';
import type { RestRoute } from './rest-route.js';
import { restTime } from './rest-time.js';

const createBody = z.object({
  NAME: nameField,
  GROUP_ID: z.string().optional(),
  TEAM_ID: z.number().int().min(0).optional(),
  VTAP_LCUUIDS: z.array(z.string()).optional(),
});

const updateBody = z.object({
  NAME: nameField.optional(),
  ENABLE: flagField.optional(),
  VTAP_LCUUIDS: z.array(z.string()).optional(),
});

export const groupRoutes: readonly RestRoute[] = [
  {
    method: 'GET',
    path: '/v1/vtap-groups/',
    handle: async (call, model) => {
      const wanted = {
        NAME: call.query('name'),
        SHORT_UUID: call.query('short_uuid'),
        TEAM_ID: call.query('team_id'),
        USER_ID: call.query('user_id'),
      };
      const deletable = call.query('can_deleted') !== null;
      const groups = listGroups(model)
        .filter((group) =>
          Object.entries(wanted).every(
            ([key, value]) => value === null || String(group[key as keyof typeof wanted]) === value,
          ),
        )
        .filter(({ ID }) => !deletable || ID !== 1);
      return success(groups);
    },
  },
  {
    method: 'GET',
    path: '/v1/vtap-groups/:lcuuid/',
    handle: async (call, model) => success(listGroups(model).filter(({ LCUUID }) => LCUUID === call.param('lcuuid'))),
  },
  {
    method: 'POST',
    path: '/v1/vtap-groups/',
    handle: async (call, model) => {
      const body = await readJson(call.request, createBody, 'INVALID_POST_DATA');
      if (!body.ok) return body.answer;
      const { NAME: name, GROUP_ID: shortId, TEAM_ID: teamId, VTAP_LCUUIDS: agents = [] } = body.value;
      const missing = agents.find((lcuuid) => model.agent(lcuuid) === null);
      if (missing !== undefined) return notFound('vtap', missing);
      const made = await model.change({
        kind: 'create-group',
        name,
        ...(shortId === undefined || shortId === '' ? {} : { shortId }),
        ...(teamId === undefined || teamId === 0 ? {} : { teamId }),
      });
      if (!made.ok) return refusal(made);
      const refused = await changeAll(model, agents, (lcuuid) => ({ lcuuid, groupLcuuid: made.lcuuid }));
      if (refused !== null) return refused;
      return success(listGroups(model).find(({ LCUUID }) => LCUUID === made.lcuuid) ?? null);
    },
  },
  {
    method: 'PATCH',
    path: '/v1/vtap-groups/:lcuuid/',
    handle: async (call, model) => {
      const body = await readJson(call.request, updateBody, 'INVALID_PARAMETERS');
      return body.ok ? updateGroup(model, call.param('lcuuid'), body.value) : body.answer;
    },
  },
  {
    method: 'DELETE',
    path: '/v1/vtap-groups/:lcuuid/',
    handle: async (call, model) => {
      const done = await model.change({ kind: 'delete-group', lcuuid: call.param('lcuuid') });
      return done.ok ? success({ LCUUID: done.lcuuid }) : refusal(done);
    },
  },
];

async function updateGroup(model: RestModel, lcuuid: string, update: z.output<typeof updateBody>): Promise<RestAnswer> {
  const group = model.groups().find((each) => each.lcuuid === lcuuid);
  if (group === undefined) return notFound('vtap_group', lcuuid);
  const { NAME: name, ENABLE: enable, VTAP_LCUUIDS: members } = update;
  if (name !== undefined) {
    const renamed = await model.change({ kind: 'update-group', lcuuid, name });
    if (!renamed.ok) return refusal(renamed);
  }
  const inGroup = () => model.agents().filter(({ groupLcuuid }) => groupLcuuid === lcuuid);
  const moves = members === undefined ? [] : movesOf(model, lcuuid, members, inGroup());
  const unmoved = await changeAll(model, moves, ({ agent, to }) => ({ lcuuid: agent, groupLcuuid: to }));
  if (unmoved !== null) return unmoved;
  if (enable !== undefined) {
    const unswitched = await changeAll(model, inGroup(), (agent) => ({ lcuuid: agent.lcuuid, enable }));
    if (unswitched !== null) return unswitched;
  }
  return success(listGroups(model).find(({ LCUUID }) => LCUUID === lcuuid) ?? null);
}

type AgentUpdate = Omit<Extract<ServerChange, { readonly kind: 'update-agent' }>, 'kind'>;

/** In their order; ends with the first that is refused, and gives that. */
async function changeAll<T>(
  model: RestModel,
  items: readonly T[],
  updateOf: (item: T) => AgentUpdate,
): Promise<RestAnswer | null> {
  for (const item of items) {
    const done = await model.change({ kind: 'update-agent', ...updateOf(item) });
    if (!done.ok) return refusal(done);
  }
  return null;
}

/** Agents that are no longer named go to the default group. */
function movesOf(model: RestModel, group: string, members: readonly string[], before: readonly RegisteredAgent[]) {
  const fallback = model.groups()[0]?.lcuuid ?? group;
  const stay = new Set(members);
  const leave = before.filter(({ lcuuid }) => !stay.has(lcuuid)).map(({ lcuuid }) => ({ agent: lcuuid, to: fallback }));
  return [...leave, ...members.map((agent) => ({ agent, to: group }))];
}

function listGroups(model: RestModel) {
  const members = new Map<string, RegisteredAgent[]>();
  for (const agent of model.agents()) {
    const of = members.get(agent.groupLcuuid) ?? [];
    members.set(agent.groupLcuuid, of);
    of.push(agent);
  }
  return model.groups().map((group) => groupJson(group, members.get(group.lcuuid) ?? []));
}

function groupJson(group: AgentGroup, members: readonly RegisteredAgent[]) {
  return {
    ID: group.id,
    NAME: group.name,
    SHORT_UUID: group.shortId,
    LCUUID: group.lcuuid,
    TEAM_ID: group.teamId,
    USER_ID: group.userId,
    UPDATED_AT: restTime(group.updatedAt),
    VTAP_LCUUIDS: members.map(({ lcuuid }) => lcuuid),
    DISABLE_VTAP_LCUUIDS: members.filter(({ enabled }) => !enabled).map(({ lcuuid }) => lcuuid),
    // Agents are taken in at once here.
    PENDING_VTAP_LCUUIDS: [],
    LICENSE_FUNCTIONS: [],
  };
}
