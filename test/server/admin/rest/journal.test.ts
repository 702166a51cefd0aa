import { expect, it } from 'vitest';
import { createServerModel } from '../../../../src/server/model/server-model.js';
import { agentA, agentB, startRest } from './support.js';

it('what REST changed comes to the same when the journal is gone through again', async () => {
  const { call, sync, syncOld, makeGroup, records, server } = await startRest({ clusters: ['declared'] });
  const { LCUUID, SHORT_UUID } = await makeGroup('macvlan');
  await sync(agentA);
  await call('POST', `/v1/agent-group-configuration/${LCUUID}/yaml`, 'inputs: {}\n');
  await call('POST', '/v1/vtap-group-configuration/advanced/', `vtap_group_id: ${SHORT_UUID}\ntap_mode: 1\n`);
  await call('POST', '/v1/vtap-groups/', '{"name":"macvlan"}');
  await syncOld({ ...agentB, vtap_group_id_request: SHORT_UUID });
  const [a] = (await call('GET', '/v1/vtaps/')).data;
  await call('DELETE', `/v1/vtaps/${a.LCUUID}/`);
  await sync({ ...agentA, agent_group_id_request: SHORT_UUID, kubernetes_cluster_id: 'c1' });
  await call('POST', '/v1/domains/', '{"NAME":"x","TYPE":11}');
  await call('DELETE', '/v1/domains/k8s-declared/');

  const [start] = records;
  if (start?.kind !== 'start') throw new Error('the journal does not begin with a start');
  const model = createServerModel({
    compat: start.compat,
    clusters: start.clusters,
    strictPackages: start.strictPackages,
  });
  for (const record of records) {
    if (record.kind === 'call') model.apply(record);
    if (record.kind === 'change') expect(model.change(record.change, record.time)).toMatchObject({ ok: true });
  }
  expect(records.filter(({ kind }) => kind === 'change')).toHaveLength(6);
  expect(model.groups()).toEqual(server.model.groups());
  expect(model.agents()).toEqual(server.model.agents());
  expect(model.domains()).toEqual(server.model.domains());
});
