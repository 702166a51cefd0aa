import type { WireProblem } from './wire-problem.js';
import { describeWireType, type WireFault, type WireReader } from './wire-reader.js';

/** Kept for one message; the last one tells how many more there are. */
export const maxProblems = 100;

export interface ProblemSink {
  add(problem: WireProblem): void;
}

export interface ProblemList extends ProblemSink {
  /** What was added since the last call: at most `maxProblems`, in order of discovery. */
  take(): readonly WireProblem[];
}

const none: readonly WireProblem[] = Object.freeze([]);

/** Collects problems; megabytes of broken fields must not become gigabytes of messages. */
export function createProblemList(): ProblemList {
  let kept: WireProblem[] | null = null;
  let omitted = 0;
  return {
    add(problem) {
      kept ??= [];
      if (kept.length < maxProblems) {
        kept.push(problem);
      } else {
        omitted++;
      }
    },
    take() {
      const taken = kept;
      const more = omitted;
      kept = null;
      omitted = 0;
      const last = taken?.at(-1);
      if (taken === null || last === undefined) {
        return none;
      }
      return more === 0 ? taken : [...taken.slice(0, -1), { ...last, message: `${last.message} (and ${more} more)` }];
    },
  };
}

/**
 * Whether servers refuse the whole message because of it: their decoder (Go code of gogo/protobuf) fails for bytes that
 * break and for wrong wire types, and takes unknown fields and any bytes as text.
 */
export function isRefusal({ kind }: WireProblem): boolean {
  return kind === 'malformed' || kind === 'wrong-wire-type';
}

/** `where` is what the bytes should hold, e.g. "entry 3". */
export function malformed(where: string, fault: WireFault): WireProblem {
  return {
    kind: 'malformed',
    offset: fault.offset,
    field: fault.field,
    message: `${where} is not protobuf at byte ${fault.offset}: ${fault.message}`,
  };
}

/**
 * The field that `reader` stands at is not in the schema, or not with this wire type.
 *
 * @param owner what holds the field, e.g. "entry 3"
 * @param name the schema's name for the field's number; undefined where it has none
 * @param expected the wire type of the schema
 */
export function unexpectedField(
  reader: WireReader,
  owner: string,
  name: string | undefined,
  expected: number,
): WireProblem {
  const { field, offset } = reader;
  const found = describeWireType(reader.wireType);
  return name === undefined
    ? { kind: 'unknown-field', offset, field, message: `${owner} has no field ${field} (found ${found})` }
    : {
        kind: 'wrong-wire-type',
        offset,
        field,
        message: `${name} of ${owner} is ${found} instead of ${describeWireType(expected)}`,
      };
}
