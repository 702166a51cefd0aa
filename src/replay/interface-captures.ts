import type { InterfaceChoice } from './core/core-config.js';

/** The name under which all NICs of a node are captured at once (tcpdump -i any). */
export const allNics = 'any';

/** Names that one core can tell apart. */
const mostNames = 1024;

export interface CapturedAt {
  readonly nic: string;
  /** Set where it was taken inside a Pod. */
  readonly pod: string | null;
}

/** Of which interfaces of its files a capture is; null for all. */
export interface WithInterfaces {
  readonly interfaces: InterfaceChoice | null;
}

/**
 * Captures whose files name their interfaces (pcapng, as of `dumpcap -i eth0 -i lxc1`): one that is given as of a NIC
 * leaves out the interfaces of other names; one of all NICs becomes one for each name, and one for what comes without.
 * Where no interface has the NIC's name, all are taken for it.
 *
 * @param namesOf names of the interfaces that the files of a capture describe, each once
 */
export async function atInterfaces<Capture extends CapturedAt>(
  captures: readonly Capture[],
  namesOf: (capture: Capture) => Promise<readonly string[]>,
): Promise<(Capture & WithInterfaces)[]> {
  const placed = captures.map(async (capture): Promise<(Capture & WithInterfaces)[]> => {
    const names = await namesOf(capture);
    const whole = [{ ...capture, interfaces: null }];
    if (names.length > mostNames) return whole;
    if (names.includes(capture.nic)) {
      const others = names.filter((name) => name !== capture.nic);
      return others.length === 0 ? whole : [{ ...capture, interfaces: { names: others, are: 'left-out' } }];
    }
    if (capture.nic !== allNics || capture.pod !== null || names.length === 0) return whole;
    return [
      ...names.map((nic) => ({ ...capture, nic, interfaces: { names: [nic], are: 'taken' as const } })),
      { ...capture, interfaces: { names, are: 'left-out' as const } },
    ];
  });
  return (await Promise.all(placed)).flat();
}
