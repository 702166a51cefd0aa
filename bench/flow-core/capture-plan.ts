/** What a generated capture holds. The same plan gives the same bytes. */
export interface CapturePlan {
  readonly packets: number;
  readonly flows: number;
  /** Bytes of a packet's TCP or UDP payload, from and to. */
  readonly payload: readonly [number, number];
  /** Of 100 flows, so many come in VXLAN, and so many are UDP. */
  readonly vxlan: number;
  readonly udp: number;
  /** Microseconds between two packets. */
  readonly gap: number;
}

export const smallPackets: CapturePlan = {
  packets: 2_000_000,
  flows: 50_000,
  payload: [0, 80],
  vxlan: 30,
  udp: 10,
  gap: 10,
};

export const largePackets: CapturePlan = {
  packets: 500_000,
  flows: 5_000,
  payload: [1346, 1346],
  vxlan: 0,
  udp: 0,
  gap: 10,
};
