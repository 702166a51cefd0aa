import { median } from './median.js';

/** What was measured of two in turns, so that a machine that changes its speed changes that of both. */
export interface Turns<Own extends Timed, Peer extends Timed> {
  readonly own: readonly Own[];
  readonly peer: readonly Peer[];
  /** The peer's time to one's own, the median of the rounds. */
  readonly ratio: number;
  /** Medians, seconds. */
  readonly ownSeconds: number;
  readonly peerSeconds: number;
}

export interface Timed {
  readonly seconds: number;
}

/** In each round the peer is held against the mean of what was measured right before and right after it. */
export async function inTurns<Own extends Timed, Peer extends Timed>(
  rounds: number,
  measureOwn: () => Own | Promise<Own>,
  measurePeer: () => Peer | Promise<Peer>,
): Promise<Turns<Own, Peer>> {
  const own = [await measureOwn()];
  const peer: Peer[] = [];
  for (let i = 0; i < rounds; i++) {
    peer.push(await measurePeer());
    own.push(await measureOwn());
  }
  const secondsOf = (timed: readonly Timed[]): number[] => timed.map(({ seconds }) => seconds);
  const ratios = secondsOf(peer).map((seconds, i) => {
    const [before, after] = secondsOf(own.slice(i, i + 2));
    return (2 * seconds) / ((before ?? 0) + (after ?? 0));
  });
  return {
    own,
    peer,
    ratio: median(ratios),
    ownSeconds: median(secondsOf(own)),
    peerSeconds: median(secondsOf(peer)),
  };
}
