import { messageType } from '../../wire/protos.js';
import { type ChunkedFile, chunkFile } from './chunked-file.js';
import type { StreamService } from './open-stream.js';
import { openingMessage } from './opening-message.js';
import { sendAll } from './send-file.js';

/** A plugin that agents can fetch. */
export interface PluginFile {
  /** As the configuration of agents names it. */
  readonly name: string;
  readonly type: 'WASM' | 'SO';
  readonly content: Uint8Array;
  /** Unix time, s. */
  readonly updateTime: number;
}

const chunkBytes = 1024 * 1024;

/** Sends a plugin by its name; FAILED where there is none. Both packages have the same messages. */
export function createPluginService(plugins: readonly PluginFile[]): StreamService {
  const files = new Map(plugins.map((plugin) => [plugin.name, { plugin, file: fileOf(plugin) }]));
  return (stream) => {
    const message = openingMessage(stream, `${stream.package}.PluginRequest`);
    if (message === null) return { ended: () => {} };
    const found = files.get(message.plugin_name ?? '');
    const isOther = message.plugin_type !== undefined && message.plugin_type !== found?.plugin.type;
    return sendAll(stream, found === undefined || isOther ? [failed] : found.file.messages());
  };
}

const response = messageType('agent.PluginResponse');

const failed = response.encode({ status: 'FAILED' });

function fileOf({ content, updateTime }: PluginFile): ChunkedFile {
  return chunkFile(content, chunkBytes, (chunk) =>
    response.encode({ status: 'SUCCESS', ...chunk, update_time: updateTime }),
  );
}
