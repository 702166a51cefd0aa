// Packets byte by byte, for tests that must know every field. Lengths are filled in; checksums stay zero.

export type Bytes = readonly number[];

export const u16 = (value: number): number[] => [(value >> 8) & 255, value & 255];
export const u24 = (value: number): number[] => [(value >> 16) & 255, ...u16(value)];
export const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value)];
export const zeros = (count: number): number[] => new Array<number>(count).fill(0);

export const clientMac = 0x02_00_00_00_00_0a;
export const serverMac = 0x02_00_00_00_00_0b;
export const outerClientMac = 0x02_00_00_00_01_0a;
export const outerServerMac = 0x02_00_00_00_01_0b;

export function mac(value: number): number[] {
  return [...u16(Math.floor(value / 2 ** 32)), ...u32(value % 2 ** 32)];
}

/** Dotted IPv4, or IPv6 with all eight groups or one `::`. */
export function ip(text: string): number[] {
  if (!text.includes(':')) return text.split('.').map(Number);
  const [head = '', tail] = text.split('::');
  const groups = (part: string | undefined) => (part ? part.split(':').map((group) => Number.parseInt(group, 16)) : []);
  const front = groups(head);
  const back = groups(tail);
  return [...front, ...zeros(8 - front.length - back.length), ...back].flatMap(u16);
}

export interface Ends {
  readonly src: string;
  readonly dst: string;
}

export const forth: Ends = { src: '10.0.0.1', dst: '10.0.0.2' };
export const back: Ends = { src: '10.0.0.2', dst: '10.0.0.1' };
export const outerForth: Ends = { src: '192.168.0.1', dst: '192.168.0.2' };
export const forth6: Ends = { src: 'fd00::1', dst: 'fd00::2' };

export interface Ipv4Options {
  readonly options?: Bytes;
  readonly totalLength?: number;
  readonly fragment?: number;
  readonly id?: number;
}

export function ipv4(ends: Ends, protocol: number, payload: Bytes, more: Ipv4Options = {}): number[] {
  const options = more.options ?? [];
  const header = 20 + options.length;
  return [
    0x40 | (header / 4),
    0,
    ...u16(more.totalLength ?? header + payload.length),
    ...u16(more.id ?? 0),
    ...u16(more.fragment ?? 0),
    64,
    protocol,
    ...u16(0),
    ...ip(ends.src),
    ...ip(ends.dst),
    ...options,
    ...payload,
  ];
}

export function ipv6(ends: Ends, next: number, payload: Bytes, payloadLength = payload.length): number[] {
  return [0x60, 0, 0, 0, ...u16(payloadLength), next, 64, ...ip(ends.src), ...ip(ends.dst), ...payload];
}

/** IPv4 or IPv6, as the addresses are. */
export function network(ends: Ends, protocol: number, payload: Bytes): number[] {
  return ends.src.includes(':') ? ipv6(ends, protocol, payload) : ipv4(ends, protocol, payload);
}

export const fin = 1;
export const syn = 2;
export const rst = 4;
export const psh = 8;
export const ack = 16;
export const urg = 32;

export interface TcpFields {
  readonly sport: number;
  readonly dport: number;
  readonly flags: number;
  readonly seq?: number;
  readonly ack?: number;
  readonly window?: number;
  readonly options?: Bytes;
  readonly payload?: number;
}

export function tcp(fields: TcpFields): number[] {
  const options = fields.options ?? [];
  return [
    ...u16(fields.sport),
    ...u16(fields.dport),
    ...u32(fields.seq ?? 0),
    ...u32(fields.ack ?? 0),
    ((20 + options.length) / 4) << 4,
    fields.flags,
    ...u16(fields.window ?? 1000),
    ...u16(0),
    ...u16(0),
    ...options,
    ...zeros(fields.payload ?? 0),
  ];
}

export function udp(sport: number, dport: number, payload: Bytes): number[] {
  return [...u16(sport), ...u16(dport), ...u16(8 + payload.length), ...u16(0), ...payload];
}

export function icmp(type: number, echo: number, payload = 0): number[] {
  return [type, 0, ...u16(0), ...u32(echo), ...zeros(payload)];
}

export function ethernet(src: number, dst: number, etherType: number, payload: Bytes, tags: Bytes = []): number[] {
  return [...mac(dst), ...mac(src), ...tags, ...u16(etherType), ...payload];
}

export const tag = (id: number, type = 0x8100): number[] => [...u16(type), ...u16(id)];

export function etherTypeOf(packet: Bytes): number {
  return (packet[0] ?? 0) >> 4 === 6 ? 0x86dd : 0x0800;
}

/** An IP packet in a frame from the client's to the server's MAC, or the other way round. */
export function frame(packet: Bytes, reverse = false): number[] {
  const [src, dst] = reverse ? [serverMac, clientMac] : [clientMac, serverMac];
  return ethernet(src, dst, etherTypeOf(packet), packet);
}

export function outerFrame(packet: Bytes): number[] {
  return ethernet(outerClientMac, outerServerMac, etherTypeOf(packet), packet);
}

export const vxlan = (vni: number, inner: Bytes): number[] => [8, 0, 0, 0, ...u24(vni), 0, ...inner];

export function geneve(vni: number, inner: Bytes, options: Bytes = []): number[] {
  return [options.length / 4, 0, 0x65, 0x58, ...u24(vni), 0, ...options, ...inner];
}

export interface GreFields {
  readonly key?: number;
  readonly sequence?: number;
  readonly checksum?: boolean;
}

export function gre(type: number, inner: Bytes, fields: GreFields = {}): number[] {
  const flags =
    (fields.checksum ? 0x8000 : 0) |
    (fields.key === undefined ? 0 : 0x2000) |
    (fields.sequence === undefined ? 0 : 0x1000);
  return [
    ...u16(flags),
    ...u16(type),
    ...(fields.checksum ? u32(0) : []),
    ...(fields.key === undefined ? [] : u32(fields.key)),
    ...(fields.sequence === undefined ? [] : u32(fields.sequence)),
    ...inner,
  ];
}

export interface Taken {
  /** Microseconds since 1970, or nanoseconds where the file has them. */
  readonly time: number;
  readonly bytes: Bytes;
  /** Length on the wire where the capture cut the packet. */
  readonly wire?: number;
}

export const startTime = 1_700_000_000_000_000;

export interface PcapOptions {
  readonly linkType?: number;
  readonly big?: boolean;
  readonly nano?: boolean;
  readonly snaplen?: number;
}

export function pcap(packets: readonly Taken[], options: PcapOptions = {}): Uint8Array {
  const word = (value: number) => (options.big ? u32(value) : u32(value).reverse());
  const half = (value: number) => (options.big ? u16(value) : u16(value).reverse());
  const perSecond = options.nano ? 1e9 : 1e6;
  const bytes = [
    ...word(options.nano ? 0xa1b23c4d : 0xa1b2c3d4),
    ...half(2),
    ...half(4),
    ...word(0),
    ...word(0),
    ...word(options.snaplen ?? 65_535),
    ...word(options.linkType ?? 1),
  ];
  for (const packet of packets) {
    bytes.push(...word(Math.floor(packet.time / perSecond)), ...word(packet.time % perSecond));
    bytes.push(...word(packet.bytes.length), ...word(packet.wire ?? packet.bytes.length));
    for (const byte of packet.bytes) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

/** Frames a millisecond apart. */
export function pcapOf(...frames: readonly Bytes[]): Uint8Array {
  return pcap(frames.map((bytes, i) => ({ time: startTime + i * 1000, bytes })));
}
