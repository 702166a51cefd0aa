import { messageType } from '../../wire/protos.js';
import type { AgentIdentity } from '../model/agent-record.js';
import { undecodable } from '../model/call-outcome.js';
import type { ServerModel } from '../model/server-model.js';
import { chunkFile } from './chunked-file.js';
import type { StreamService } from './open-stream.js';
import { sendAll } from './send-file.js';

/** What agents are upgraded to. */
export interface UpgradeOffer {
  /** As agents name their own: "<branch> <count>-<commit>". */
  readonly revision: string;
  /** The executable, for agents that run as a process; absent: there is none for them. */
  readonly package?: Uint8Array;
  /** The image, for agents in Kubernetes; absent: there is none for them. */
  readonly image?: string;
}

export interface UpgradeOptions {
  readonly model: Pick<ServerModel, 'findAgent'>;
  readonly offer: UpgradeOffer | null;
}

const chunkBytes = 512 * 1024;

const inKubernetes: readonly string[] = ['TT_HOST_POD', 'TT_VM_POD', 'TT_K8S_SIDECAR'];

/**
 * Sends an agent the revision that Sync tells it to run. FAILED where there is nothing for it. The answers of both packages
 * are the same bytes.
 */
export function createUpgradeService({ model, offer }: UpgradeOptions): StreamService {
  const file =
    offer?.package === undefined
      ? null
      : chunkFile(offer.package, chunkBytes, (chunk) => response.encode({ status: 'SUCCESS', ...chunk }));

  function messagesFor(identity: AgentIdentity): readonly Uint8Array[] {
    const agent = model.findAgent(identity);
    const revision = agent?.upgradeRevision || offer?.revision;
    if (agent === null || revision === undefined) return [failed];
    if (inKubernetes.includes(agent.type)) {
      const image = agent.upgradeImage || offer?.image;
      if (image === undefined) return [failed];
      return [response.encode({ status: 'SUCCESS', k8s_image: image })];
    }
    return file === null || revision !== offer?.revision ? [failed] : file.messages();
  }

  return (stream) => {
    const { message, problem } = messageType(`${stream.package}.UpgradeRequest`).tryDecode(stream.request);
    if (message === null) {
      const { status, statusMessage } = undecodable(problem);
      stream.end(status, statusMessage);
      return { ended: () => {} };
    }
    const { ctrl_ip: ctrlIp = '', ctrl_mac: ctrlMac = '' } = message;
    return sendAll(stream, messagesFor({ ctrlIp, ctrlMac }));
  };
}

const response = messageType('agent.UpgradeResponse');

const failed = response.encode({ status: 'FAILED' });
