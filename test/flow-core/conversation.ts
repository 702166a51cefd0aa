// TCP packets of one conversation, so that a test says who sends what, and when.

import { type Bytes, back, forth, frame, ipv4, pcap, startTime, type Taken, type TcpFields, tcp } from './packets.js';

export const clientPort = 40_000;
export const serverPort = 80;

export type Sent = Partial<TcpFields> & { readonly at: number; readonly id?: number };

/** From the client `at` milliseconds after the start. */
export function fromClient(fields: Sent): Taken {
  const packet = ipv4(forth, 6, tcp({ sport: clientPort, dport: serverPort, flags: 16, ...fields }), {
    id: fields.id ?? 0,
  });
  return taken(fields.at, frame(packet));
}

export function fromServer(fields: Sent): Taken {
  const packet = ipv4(back, 6, tcp({ sport: serverPort, dport: clientPort, flags: 16, ...fields }), {
    id: fields.id ?? 0,
  });
  return taken(fields.at, frame(packet, true));
}

export function taken(at: number, bytes: Bytes): Taken {
  return { time: startTime + Math.round(at * 1000), bytes };
}

export function captureOf(...packets: readonly Taken[]): Uint8Array {
  return pcap(packets);
}
