import { messageType } from '../../wire/protos.js';
import type { AgentIdentity, AgentTypeName } from '../model/agent-record.js';
import { isInKubernetes } from '../model/agent-type.js';
import type { ServerModel } from '../model/server-model.js';
import { chunkFile } from './chunked-file.js';
import type { StreamService } from './open-stream.js';
import { openingMessage } from './opening-message.js';
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

/** Why an agent could not fetch a revision; null where it can. @param wanted.image absent or "": that of the offer */
export function deliveryProblem(
  offer: UpgradeOffer | null,
  type: AgentTypeName,
  { revision, image }: { readonly revision: string; readonly image?: string | undefined },
): string | null {
  if (isInKubernetes(type)) {
    return image || offer?.image ? null : 'there is no image for this agent in Kubernetes: name one';
  }
  if (offer?.package === undefined) {
    return 'there is no executable for this agent, which runs as a process: start with --upgrade REVISION=FILE';
  }
  return offer.revision === revision
    ? null
    : `there is no executable of ${JSON.stringify(revision.slice(0, 256))}, only of ${JSON.stringify(offer.revision)}`;
}

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
    if (isInKubernetes(agent.type)) {
      const image = agent.upgradeImage || offer?.image;
      if (image === undefined) return [failed];
      return [response.encode({ status: 'SUCCESS', k8s_image: image })];
    }
    return file === null || revision !== offer?.revision ? [failed] : file.messages();
  }

  return (stream) => {
    const message = openingMessage(stream, `${stream.package}.UpgradeRequest`);
    if (message === null) return { ended: () => {} };
    const { ctrl_ip: ctrlIp = '', ctrl_mac: ctrlMac = '' } = message;
    return sendAll(stream, messagesFor({ ctrlIp, ctrlMac }));
  };
}

const response = messageType('agent.UpgradeResponse');

const failed = response.encode({ status: 'FAILED' });
