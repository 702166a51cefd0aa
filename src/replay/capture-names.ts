import { compareText } from './join.js';

/** Captures of a directory, told by file names alone. */
export interface InferredCaptures {
  readonly captures: readonly InferredCapture[];
  /** `NODE.links.json` by node. */
  readonly links: ReadonlyMap<string, string>;
  /** Files that are no captures of a known place, with the reason. */
  readonly unknown: readonly { readonly file: string; readonly why: string }[];
}

export interface InferredCapture {
  /** "" for a capture taken inside a Pod. */
  readonly node: string;
  readonly nic: string;
  /** Name of the Pod as the file has it, else null. */
  readonly pod: string | null;
  /** In the order that the names give; the times of first packets are the better witness (`orderPieces`). */
  readonly files: readonly string[];
}

export interface KnownNames {
  readonly nodes: readonly string[];
  /** `name` or `namespace/name`. */
  readonly pods: readonly string[];
  /** NICs per node where a links file tells them; they settle whether `.1` is part of a name. */
  readonly nics: ReadonlyMap<string, readonly string[]>;
}

const captureName = /^(.*?)\.(?:pcap|pcapng|cap)(\d*)(?:\.(?:gz|zst))?$/i;
/** Counters and dates that dumpcap and tcpdump add: `_00001_20260922120000`, `-20260922T1200`. */
const stampSuffix = /[-_.](?:\d{5}[-_])?(?:20\d{6}[-_T]?\d{4,6}|20\d{2}-\d{2}-\d{2}[-_T]?[\d:-]*|\d{10,}|\d{5})$/;
const shortSuffix = /[-_.](\d{1,4})$/;

interface Piece {
  readonly file: string;
  readonly base: string;
  readonly order: string;
}

/** `NODE-NIC.pcap[ng][.gz|.zst]`, `pod-POD-NIC.pcap`, `NODE.links.json`. The longest node name that fits wins. */
export function inferCaptures(fileNames: readonly string[], known: KnownNames): InferredCaptures {
  const links = new Map<string, string>();
  const unknown: { file: string; why: string }[] = [];
  const pieces: Piece[] = [];
  for (const file of [...fileNames].sort(compareText)) {
    const node = file.endsWith('.links.json') ? file.slice(0, -'.links.json'.length) : null;
    const match = captureName.exec(file);
    if (node !== null) {
      if (known.nodes.includes(node)) links.set(node, file);
      else unknown.push({ file, why: `no node is named ${node}` });
    } else if (match !== null) pieces.push(pieceOf(file, match[1] ?? '', match[2] ?? ''));
    else unknown.push({ file, why: 'not the name of a capture' });
  }
  const bases = new Set(pieces.map(({ base }) => base));
  const groups = new Map<string, InferredCapture & { pieces: Piece[] }>();
  for (const piece of pieces) {
    const place = placeOf(piece.base, known, bases);
    if (typeof place === 'string') {
      unknown.push({ file: piece.file, why: place });
      continue;
    }
    const { rest, ...names } = place;
    const key = JSON.stringify(names);
    const group = groups.get(key) ?? { ...names, files: [], pieces: [] };
    group.pieces.push({ ...piece, order: `${rest}${piece.order}` });
    groups.set(key, group);
  }
  const captures = [...groups.values()].map(({ pieces: found, ...place }) => ({
    ...place,
    files: found
      .sort((a, b) => compareNumbered(a.order, b.order) || compareText(a.file, b.file))
      .map(({ file }) => file),
  }));
  return { captures, links, unknown: unknown.sort((a, b) => compareText(a.file, b.file)) };
}

/** Pieces in the order of their first packets; those without a packet keep their place by name. */
export function orderPieces(files: readonly string[], firstTime: (file: string) => number | null): string[] {
  const timed = files.map((file, i) => ({ file, i, time: firstTime(file) }));
  const inTime = timed
    .filter((entry) => entry.time !== null)
    .sort((a, b) => (a.time ?? 0) - (b.time ?? 0) || a.i - b.i)
    .map(({ file }) => file);
  return [...inTime, ...timed.filter((entry) => entry.time === null).map(({ file }) => file)];
}

/** A number behind the extension is tcpdump's count of a file that grew too large. */
function pieceOf(file: string, name: string, count: string): Piece {
  const stamp = stampSuffix.exec(name)?.[0] ?? '';
  return { file, base: stamp === '' ? name : name.slice(0, -stamp.length), order: `${stamp}.${count}` };
}

type Place = Omit<InferredCapture, 'files'> & { readonly rest: string };

function placeOf(base: string, known: KnownNames, bases: ReadonlySet<string>): Place | string {
  const node = longestPrefix(base, known.nodes);
  const inPod = base.startsWith('pod-') ? podPlace(base.slice('pod-'.length), known) : null;
  if (inPod !== null && (node === null || !'pod-'.startsWith(`${node}-`))) return { ...inPod, rest: '' };
  if (node === null) {
    return base.startsWith('pod-')
      ? `no Pod's name begins ${base.slice('pod-'.length)}`
      : `no node's name begins ${base}`;
  }
  const nic = base.slice(node.length + 1);
  const short = shortSuffix.exec(nic);
  const bare = short === null ? nic : nic.slice(0, short.index);
  const nics = known.nics.get(node) ?? [];
  // `flannel.1` is a NIC and `eth0.1` may be a second piece: the links file knows, else a file of the bare name shows it.
  const isPiece = short !== null && !nics.includes(nic) && (nics.includes(bare) || bases.has(`${node}-${bare}`));
  return { node, nic: isPiece ? bare : nic, pod: null, rest: isPiece ? (short[0] ?? '') : '' };
}

function podPlace(rest: string, known: KnownNames): Omit<InferredCapture, 'files'> | null {
  const names = known.pods.map((pod) => pod.slice(pod.indexOf('/') + 1));
  const pod = longestPrefix(rest, [...known.pods.map((full) => full.replace('/', '-')), ...names]);
  return pod === null ? null : { node: '', nic: rest.slice(pod.length + 1), pod };
}

function longestPrefix(text: string, names: readonly string[]): string | null {
  const fitting = names.filter((name) => text.startsWith(`${name}-`) && text.length > name.length + 1);
  return fitting.sort((a, b) => b.length - a.length)[0] ?? null;
}

/** Numbers within names count as numbers: 2 before 10. */
function compareNumbered(a: string, b: string): number {
  const left = a.split(/(\d+)/);
  const right = b.split(/(\d+)/);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [x = '', y = ''] = [left[i], right[i]];
    if (x === y) continue;
    const numbers = /^\d/.test(x) && /^\d/.test(y);
    return numbers ? Number(x) - Number(y) || compareText(x, y) : compareText(x, y);
  }
  return left.length - right.length;
}
