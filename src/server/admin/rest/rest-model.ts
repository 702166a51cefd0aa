import type { Compat } from '../../../kube/compat.js';
import type { RegisteredAgent } from '../../model/agent-record.js';
import type { ChangeResult, ServerChange } from '../../model/server-change.js';
import type { ServerModel } from '../../model/server-model.js';
import type { UpgradeOffer } from '../../streams/upgrade.js';
import type { Views } from '../views.js';

/** All that REST needs of the server. */
export interface RestModel extends Pick<ServerModel, 'groups' | 'domains' | 'cluster' | 'saved'> {
  readonly compat: Compat;
  readonly views: Views;
  /** Unix time, ms. */
  now(): number;
  agents(): readonly RegisteredAgent[];
  /** null: there is none. Cheaper than to look for it in `agents`. */
  agent(lcuuid: string): RegisteredAgent | null;
  /** What agents can be upgraded to; null: nothing. */
  readonly upgrade: UpgradeOffer | null;
  seats(): ReturnType<ServerModel['seats']>;
  /** Applied, and written to the journal, when it resolves. */
  change(change: ServerChange): Promise<ChangeResult>;
}
