import { describe, expect, it } from 'vitest';
import { decodeSyncResponse, encodeSyncRequest } from '../../../src/wire/call-messages.js';
import { messageType } from '../../../src/wire/protos.js';
import { agentOne, modelClient } from '../support/model-client.js';

const empty = Buffer.alloc(0);

describe('what the data side asks', () => {
  it('is answered whole, though there is nothing to tell', () => {
    const client = modelClient();
    client.sync(agentOne);
    const ask = (method: string) => client.call(`trident.Synchronizer/${method}`, empty).response;
    expect(messageType('trident.SyncResponse').decode(ask('AnalyzerSync')).status).toBe('SUCCESS');
    expect(messageType('trident.PrometheusLabelResponse').decode(ask('GetPrometheusLabelIDs'))).toEqual({ version: 1 });
    expect(messageType('trident.PrometheusTargetResponse').decode(ask('GetPrometheusTargets'))).toEqual({ version: 1 });
    expect(messageType('trident.OrgIDsResponse').decode(ask('GetOrgIDs')).org_ids).toEqual([1]);
    expect(messageType('trident.UniversalTagNameMapsResponse').decode(ask('GetUniversalTagNameMaps'))).toMatchObject({
      vtap_map: [{ id: 1, name: 'node-1' }],
      pod_cluster_map: [{ id: 1, name: 'k8s-shop' }],
    });
  });

  it.each(['AnalyzerSync', 'GetPrometheusLabelIDs', 'GetPrometheusTargets', 'GetUniversalTagNameMaps', 'GetOrgIDs'])(
    'refuses what is no message of %s',
    (method) => {
      expect(modelClient().call(`trident.Synchronizer/${method}`, Buffer.from([0x0a, 9])).status).toBe(13);
    },
  );

  it('is not asked in the other package', () => {
    expect(modelClient().call('agent.Synchronizer/AnalyzerSync', empty).status).toBe(12);
  });
});

describe('trident.Synchronizer/PrometheusAPISync', () => {
  it('shakes hands as KubernetesAPISync does, with a memory of its own', () => {
    const client = modelClient({ compat: 'v6.5', clusters: ['c'] });
    const send = (request: object) =>
      decodeSyncResponse(client.call('trident.Synchronizer/PrometheusAPISync', encodeSyncRequest(request)).response);
    const entries = [{ compressedInfo: Buffer.from('x') }];
    expect(send({ clusterId: 'c', version: 5n, agentId: 1 })).toBe(0n);
    expect(send({ clusterId: 'c', version: 5n, agentId: 1, entries })).toBe(5n);
    expect(send({ clusterId: 'c', version: 5n, agentId: 1 })).toBe(5n);
    expect(client.model.cluster('c', client.time)?.stored).toBeNull();
    expect(client.call('trident.Synchronizer/PrometheusAPISync', Buffer.from([0x0a, 9])).status).toBe(13);
  });
});
