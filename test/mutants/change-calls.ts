import type { ExampleObject } from '../../src/conformance/rules/common/example-upload.js';
import { encodeEntry } from '../../src/wire/entry-codec.js';
import type { RecordedCall, RecordedEntry, RecordedRequest } from './recording.js';

type Calls = readonly RecordedCall[];

/** Every KubernetesAPISync with other fields; `change` gives the fields that differ. */
export function changeRequests(
  calls: Calls,
  change: (request: RecordedRequest, position: number) => Partial<RecordedRequest>,
): Calls {
  return calls.map((call, position) =>
    call.request === undefined ? call : { ...call, request: { ...call.request, ...change(call.request, position) } },
  );
}

/** Every request that has entries, with other ones. */
export function changeEntries(calls: Calls, change: (entries: readonly RecordedEntry[]) => RecordedEntry[]): Calls {
  return changeRequests(calls, ({ entries }) => (entries.length === 0 ? {} : { entries: change(entries) }));
}

/** Every object of the types, changed in all uploads alike; `change` may alter the copy that it is given. */
export function changeObjects(
  calls: Calls,
  types: string | ReadonlySet<string>,
  change: (object: ExampleObject) => unknown,
): Calls {
  const ofType = (type: string) => (typeof types === 'string' ? type === types : types.has(type));
  // An entry that is sent again is changed and packed once.
  const known = new Map<RecordedEntry, RecordedEntry>();
  const changed = (entry: RecordedEntry): RecordedEntry => {
    const before = known.get(entry);
    if (before !== undefined) return before;
    const object = change(structuredClone(entry.object ?? {})) as ExampleObject;
    const made = { type: entry.type, object, bytes: encodeEntry(object) };
    known.set(entry, made);
    return made;
  };
  return changeEntries(calls, (entries) => entries.map((entry) => (ofType(entry.type) ? changed(entry) : entry)));
}

/** The first entry of the type, replaced by others in all uploads alike. */
export function replaceFirst(calls: Calls, type: string, replace: (entry: RecordedEntry) => RecordedEntry[]): Calls {
  return changeEntries(calls, (entries) => {
    const first = entries.findIndex((entry) => entry.type === type);
    return entries.flatMap((entry, index) => (index === first ? replace(entry) : [entry]));
  });
}

/** The first call that satisfies the test, replaced by others. */
export function replaceCall(
  calls: Calls,
  test: (call: RecordedCall) => boolean,
  replace: (call: RecordedCall) => readonly RecordedCall[],
): Calls {
  const position = positionOf(calls, test);
  return calls.flatMap((call, index) => (index === position ? replace(call) : [call]));
}

/** Without the calls that satisfy the test; where the server restarted before one of them, it restarts before the next. */
export function withoutCalls(calls: Calls, test: (call: RecordedCall) => boolean): Calls {
  let restarted = false;
  return calls.flatMap((call) => {
    restarted ||= call.afterRestart === true;
    if (test(call)) return [];
    const kept = restarted ? { ...call, afterRestart: true } : call;
    restarted = false;
    return [kept];
  });
}

/** @throws Error where no call does: the recording has not what a mutant changes */
export function positionOf(calls: Calls, test: (call: RecordedCall) => boolean, from = 0): number {
  const position = calls.findIndex((call, index) => index >= from && test(call));
  if (position < 0) throw new Error(`No recorded call satisfies ${test}.`);
  return position;
}

/** With versions that are higher by 1 from a call on. */
export function bumpVersions(calls: Calls, from: number): Calls {
  return changeRequests(calls, ({ version }, position) =>
    position < from ? {} : { version: String(BigInt(version ?? 0) + 1n) },
  );
}

/** `metadata`, `spec` or another part of an object, made where it is not there. */
export function part(object: ExampleObject, key: string): ExampleObject {
  const value = object[key];
  if (typeof value === 'object' && value !== null) return value as ExampleObject;
  const made: ExampleObject = {};
  object[key] = made;
  return made;
}
