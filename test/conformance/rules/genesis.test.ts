import { describe, expect, test } from 'vitest';
import type { AgentGenesis, AgentSync } from '../../../src/conformance/agent-call.js';
import { agent } from './common/agent-sync.js';
import { judgeTraffic, type TestCall, trafficOf } from './common/judge-upload.js';

const said: AgentGenesis = {
  kind: 'genesis',
  ctrlIp: '10.0.0.9',
  ctrlMac: '02:00:0a:00:00:09',
  version: '100',
  agentType: 'TT_VM_POD',
  agentId: 1,
  sourceIp: '10.0.0.9',
  clusterId: 'demo',
  hasData: true,
  nics: [{ name: 'eth0', mac: '2199023255561', ips: ['10.0.0.9/24', 'fe80::1/64'] }],
  hasRawNics: false,
  contentDigest: 'one',
  answerVersion: '100',
};

const genesis = (change: Partial<AgentGenesis> = {}, more: Partial<TestCall> = {}): TestCall => ({
  path: '/agent.Synchronizer/GenesisSync',
  agent: { ...said, ...change },
  ...more,
});
const silent = (change: Partial<AgentGenesis> = {}): TestCall =>
  genesis({ hasData: false, nics: [], contentDigest: '', ...change });

const sync = (change: Partial<AgentSync>): TestCall => ({
  path: '/agent.Synchronizer/Sync',
  agent: { ...agent, ...change },
});

describe('genesis/version-handshake', () => {
  const judge = (calls: readonly TestCall[], compat: 'v6.5' | 'v7' = 'v7') =>
    judgeTraffic('genesis/version-handshake', trafficOf(calls, { compat }), { compat }).status;

  test('data first, a sign of life as long as the server has them', () => {
    expect(judge([genesis(), silent(), silent()])).toBe('passed');
    expect(judge([silent({ answerVersion: '0' }), genesis()])).toBe('passed');
    expect(judge([{}])).toBe('not-judged');
  });

  test('all data again when the server answers another version', () => {
    expect(judge([genesis(), silent({ answerVersion: '0' }), genesis()])).toBe('passed');
    expect(judge([genesis(), silent({ answerVersion: '0' }), silent()])).toBe('failed');
    expect(judge([genesis({ answerVersion: null }), silent()])).toBe('passed');
  });

  test('an answer that is still on its way asks for nothing', () => {
    expect(judge([genesis(), { ...silent({ answerVersion: '0' }), duration: 5_000 }, silent()])).toBe('passed');
  });

  test('another content has another version', () => {
    expect(judge([genesis(), genesis({ contentDigest: 'two', version: '101', answerVersion: '101' })])).toBe('passed');
    expect(judge([genesis(), genesis({ contentDigest: 'two' })])).toBe('failed');
  });

  test('version 0 is none, and agents of v7 say who they are', () => {
    expect(judge([genesis({ version: '0' })])).toBe('failed');
    expect(judge([genesis({ ctrlMac: '' })])).toBe('failed');
    expect(judge([genesis({ ctrlIp: '', ctrlMac: '' })], 'v6.5')).toBe('passed');
  });

  test('two agents have versions of their own', () => {
    const other = { ctrlIp: '10.0.0.10', ctrlMac: '02:00:0a:00:00:0a', sourceIp: '10.0.0.10', contentDigest: 'two' };
    expect(judge([genesis(), genesis(other), silent()])).toBe('passed');
  });
});

describe('genesis/reports-nics', () => {
  const judge = (change: Partial<AgentGenesis>) =>
    judgeTraffic('genesis/reports-nics', trafficOf([genesis(change)])).status;
  const nic = (change: object) => ({ nics: [{ name: 'eth0', mac: '1', ips: [], ...change }] });

  test('NICs have names, MACs and addresses with their length', () => {
    expect(judge({})).toBe('passed');
    expect(judge({ nics: [] })).toBe('failed');
    expect(judge({ nics: [], hasRawNics: true })).toBe('passed');
    expect(judge(nic({ name: '' }))).toBe('failed');
    expect(judge(nic({ mac: '281474976710656' }))).toBe('failed');
    for (const ip of ['10.0.0.9', '10.0.0.9/33', 'eth0/24', 'fe80::1/129'])
      expect(judge(nic({ ips: [ip] })), ip).toBe('failed');
  });

  test('some NIC has a MAC', () => {
    expect(judge(nic({ mac: '0' }))).toBe('failed');
    expect(judge(nic({ name: 'lo', mac: '0' }))).toBe('passed');
  });

  test('the cluster is asked for of agents that are in one', () => {
    const call = genesis({ clusterId: '' });
    const other = sync({ ctrlIp: '10.0.0.10', ctrlMac: '02:00:0a:00:00:0a', answer: null });
    const judgeAll = (...calls: TestCall[]) => judgeTraffic('genesis/reports-nics', trafficOf(calls)).status;
    expect(judgeAll(other, sync({ clusterId: '' }), call)).toBe('passed');
    expect(judgeAll(other, sync({}), call)).toBe('failed');
  });

  test('the type of agent is one whose data servers process', () => {
    for (const agentType of ['TT_UNKNOWN', 'TT_VM']) expect(judge({ agentType }), agentType).toBe('failed');
    expect(judge({ agentType: '' })).toBe('failed');
  });

  test('is not judged of signs of life', () => {
    expect(judgeTraffic('genesis/reports-nics', trafficOf([silent()])).status).toBe('not-judged');
  });
});
