/** Query: asks the server for the time by an NTP packet (RFC 5905). */
import type { Identity } from './identity.js';
import type { Server } from './server.js';

const secondsFrom1900To1970 = 2_208_988_800;
const at = { originate: 24, receive: 32, transmit: 40 } as const;

/** Tells how far the clocks are apart. Never throws: without an answer the own clock has to do. */
export async function askForTime(server: Server, { ctrl_ip }: Identity, log: (message: string) => void): Promise<void> {
  const sent = Date.now();
  const question = Buffer.alloc(48);
  // No leap second, version 4, mode 3: a client.
  question[0] = (4 << 3) | 3;
  writeTime(question, sent);
  try {
    const { response } = (await server.call('Query', { ctrl_ip, request: question })) as { response?: Buffer };
    const offset = offsetOf(question, Buffer.from(response ?? []), sent);
    log(`the server's clock is ${Math.round(offset)} ms ahead`);
  } catch (error) {
    log(`no time from the server: ${(error as Error).message}`);
  }
}

/** ms. @throws where the answer is not one to this question */
function offsetOf(question: Buffer, answer: Buffer, sent: number): number {
  if (answer.length < 48) throw new Error(`an answer of ${answer.length} bytes`);
  if (((answer[0] ?? 0) & 7) !== 4) throw new Error('the answer is not that of a server');
  const origin = answer.subarray(at.originate, at.originate + 8);
  if (!origin.equals(question.subarray(at.transmit, at.transmit + 8))) throw new Error('an answer to another question');
  const receive = readTime(answer, at.receive);
  const transmit = readTime(answer, at.transmit);
  if (transmit === -secondsFrom1900To1970 * 1000) throw new Error('the answer carries no time');
  if (receive > transmit) throw new Error('the answer was sent before the question came');
  return (receive - sent + (transmit - Date.now())) / 2;
}

function writeTime(packet: Buffer, ms: number): void {
  packet.writeUInt32BE(Math.floor(ms / 1000) + secondsFrom1900To1970, at.transmit);
  packet.writeUInt32BE(Math.floor(((ms % 1000) / 1000) * 2 ** 32), at.transmit + 4);
}

function readTime(packet: Buffer, offset: number): number {
  const whole = packet.readUInt32BE(offset) - secondsFrom1900To1970;
  return (whole + packet.readUInt32BE(offset + 4) / 2 ** 32) * 1000;
}
