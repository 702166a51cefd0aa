/** Upgrade: fetches the binary that Sync offers, and checks it. This agent does not install anything. */
import { createHash } from 'node:crypto';
import type { Identity } from './identity.js';
import type { Server } from './server.js';

interface Packet {
  readonly status?: string;
  readonly content?: Buffer;
  readonly md5?: string;
  readonly total_len?: string;
  readonly k8s_image?: string;
}

/** @returns whether what came is what was announced; false too where nothing came, which is worth another try */
export async function checkUpgrade(
  server: Server,
  { ctrl_ip, ctrl_mac }: Identity,
  log: (message: string) => void,
): Promise<boolean> {
  const digest = createHash('md5');
  let length = 0;
  let announced: Packet = {};
  try {
    for await (const packet of server.stream('Upgrade', { ctrl_ip, ctrl_mac }) as AsyncIterable<Packet>) {
      if (packet.status === 'FAILED') throw new Error('the server answers FAILED');
      if (packet.k8s_image) {
        log(`offered the image ${packet.k8s_image}; its DaemonSet is not this agent's to change`);
        return true;
      }
      announced = packet;
      digest.update(packet.content ?? '');
      length += packet.content?.length ?? 0;
    }
    const { md5 = '', total_len = '0' } = announced;
    const sum = digest.digest('hex');
    if (length === 0 || length !== Number(total_len)) throw new Error(`${length} bytes came of ${total_len}`);
    if (sum !== md5.toLowerCase()) throw new Error(`its MD5 is ${sum}, not ${md5}`);
    log(`the offered binary is good: ${length} bytes, MD5 ${md5}; not installed`);
    return true;
  } catch (error) {
    log(`the offered binary is refused: ${(error as Error).message}`);
    return false;
  }
}
