/**
 * Observation points (tap sides) with DeepFlow's names and numbers: the low three bits are the role (1 client, 2 server,
 * 4 local), the rest the place.
 */
export const tapSideNumbers = {
  rest: 0,
  c: 1,
  s: 2,
  local: 4,
  'c-nd': 9,
  's-nd': 10,
  'c-hv': 17,
  's-hv': 18,
  'c-gw-hv': 25,
  's-gw-hv': 26,
  'c-gw': 33,
  's-gw': 34,
  'c-p': 41,
  's-p': 42,
  app: 48,
  'c-app': 49,
  's-app': 50,
} as const;

export type TapSide = keyof typeof tapSideNumbers;

/** The order in which a packet from client to server passes them. */
export const pathOrder: readonly TapSide[] = [
  'c-app',
  'c-p',
  'c',
  'c-nd',
  'c-hv',
  'c-gw-hv',
  'c-gw',
  'local',
  'rest',
  'app',
  's-gw',
  's-gw-hv',
  's-hv',
  's-nd',
  's',
  's-p',
  's-app',
];

export function isTapSide(text: string): text is TapSide {
  return Object.hasOwn(tapSideNumbers, text);
}

/** The point of the other role at the same place; `local`, `rest` and `app` are their own. */
export function reversed(side: TapSide): TapSide {
  const other = side.startsWith('c') ? `s${side.slice(1)}` : side.startsWith('s') ? `c${side.slice(1)}` : side;
  return isTapSide(other) ? other : side;
}

export function roleOf(side: TapSide): 'client' | 'server' | 'none' {
  const role = tapSideNumbers[side] & 7;
  return role === 1 ? 'client' : role === 2 ? 'server' : 'none';
}

/** Sorted along the path, each once. */
export function alongPath(sides: Iterable<TapSide>): TapSide[] {
  const present = new Set(sides);
  return pathOrder.filter((side) => present.has(side));
}
