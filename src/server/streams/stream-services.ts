import type { AdjustableClock } from '../clock.js';
import type { ServerModel } from '../model/server-model.js';
import type { StreamService } from './open-stream.js';
import type { PlayedStream } from './played-streams.js';
import { createPluginService, type PluginFile } from './plugin.js';
import { createPushService } from './push.js';
import { createRemoteExecuteService, type RemoteConsole } from './remote-execute.js';
import type { StreamLimits } from './stream-limits.js';
import { createUpgradeService, type UpgradeOffer } from './upgrade.js';

/** What agents can fetch from a server. */
export interface AgentFiles {
  /** Default: none. */
  readonly upgrade?: UpgradeOffer;
  /** Default: none. */
  readonly plugins?: readonly PluginFile[];
}

export interface StreamServices {
  readonly byMethod: Readonly<Record<PlayedStream, StreamService>>;
  readonly console: RemoteConsole;
  close(): void;
}

export interface StreamServicesOptions extends AgentFiles {
  readonly model: ServerModel;
  readonly clock: AdjustableClock;
  readonly limits: StreamLimits;
  readonly onProblem: (message: string, cause: unknown) => void;
}

/** All that answers streams. */
export function createStreamServices(options: StreamServicesOptions): StreamServices {
  const { model, clock, limits, onProblem, upgrade = null, plugins = [] } = options;
  const push = createPushService({ model, clock, limits, onProblem });
  const remote = createRemoteExecuteService({ clock, limits });
  return {
    byMethod: {
      Push: push.service,
      Upgrade: createUpgradeService({ model, offer: upgrade }),
      Plugin: createPluginService(plugins),
      RemoteExecute: remote.service,
    },
    console: remote.console,
    close: () => {
      push.close();
      remote.close();
    },
  };
}
