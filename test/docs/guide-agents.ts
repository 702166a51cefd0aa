import { createHash } from 'node:crypto';
import type { MessageOutput } from '../../src/wire/message-types.js';
import { messageType } from '../../src/wire/protos.js';
import { connect } from '../server/support/grpc-client.js';

/** The agents of a guide: what they were answered last, by address. */
export interface GuideAgents {
  act(who: string, how: ReadonlyMap<string, string>): Promise<void>;
  readonly answers: ReadonlyMap<string, MessageOutput<'agent.SyncResponse'>>;
  readonly oldAnswers: ReadonlyMap<string, MessageOutput<'trident.SyncResponse'>>;
}

/** Real clients of gRPC, which behave as deepflow-agent does where the guide has agents start. */
export function createGuideAgents(grpc: string, api: string): GuideAgents {
  const client = connect(grpc);
  const answers = new Map<string, MessageOutput<'agent.SyncResponse'>>();
  const oldAnswers = new Map<string, MessageOutput<'trident.SyncResponse'>>();

  async function found(path: string, field: string): Promise<string> {
    const answer = JSON.parse(await (await fetch(api + path)).text()) as { DATA: Record<string, string>[] };
    const value = answer.DATA[0]?.[field];
    if (value === undefined) throw new Error(`${path} has no ${field}`);
    return value;
  }

  const groupId = async (name: string | undefined) =>
    name === undefined ? '' : await found(`/v1/vtap-groups/?name=${name}`, 'SHORT_UUID');
  const clusterId = async (name: string | undefined) =>
    name === undefined ? '' : await found(`/v2/domains/?name=${name}`, 'CLUSTER_ID');

  async function sync(ip: string, more: object): Promise<void> {
    const type = messageType('agent.SyncRequest');
    const request = type.encode({ ...identity(ip), ...more });
    // The first call registers an agent, the second one gives it its id and its configuration.
    for (let call = 0; call < 2; call++) {
      const answer = await client.unary('/agent.Synchronizer/Sync', request);
      answers.set(ip, messageType('agent.SyncResponse').decode(answer));
    }
  }

  async function syncOld(ip: string, group: string): Promise<void> {
    const request = messageType('trident.SyncRequest').encode({ ...identity(ip), vtap_group_id_request: group });
    for (let call = 0; call < 2; call++) {
      const answer = await client.unary('/trident.Synchronizer/Sync', request);
      oldAnswers.set(ip, messageType('trident.SyncResponse').decode(answer));
    }
  }

  async function watch(ip: string, name: string): Promise<void> {
    const asked = messageType('agent.KubernetesClusterIDRequest').encode({
      ca_md5: createHash('md5').update(`CA of ${name}`).digest('hex'),
      kubernetes_cluster_name: name,
    });
    const answer = await client.unary('/agent.Synchronizer/GetKubernetesClusterID', asked);
    const { cluster_id: id = '' } = messageType('agent.KubernetesClusterIDResponse').decode(answer);
    await sync(ip, {
      kubernetes_cluster_id: id,
      kubernetes_force_watch: true,
      kubernetes_watch_policy: 'KWP_WATCH_ONLY',
    });
  }

  return {
    answers,
    oldAnswers,
    act: async (who, how) => {
      const ip = how.get('ip') ?? '';
      switch (who) {
        case 'agent': {
          const policy = how.get('policy');
          return sync(ip, {
            agent_group_id_request: await groupId(how.get('group')),
            kubernetes_cluster_id: await clusterId(how.get('cluster')),
            ...(policy === undefined ? {} : { kubernetes_watch_policy: policy }),
          });
        }
        case 'old-agent':
          return syncOld(ip, await groupId(how.get('group')));
        case 'watcher':
          return watch(ip, how.get('name') ?? '');
        default:
          throw new Error(`nobody knows what "${who}" is`);
      }
    },
  };
}

function identity(ip: string) {
  const mac = ip.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  return { ctrl_ip: ip, ctrl_mac: `02:00:${mac.join(':')}`, host: `host-${ip}`, process_name: 'deepflow-agent-ce' };
}
