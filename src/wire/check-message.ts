import protobuf from 'protobufjs';
import type { MessageName } from './message-types.js';
import { createProblemList, isRefusal, malformed, type ProblemSink, unexpectedField } from './problem-list.js';
import { lookupMessage } from './schema.js';
import { readText } from './text-field.js';
import type { WireProblem } from './wire-problem.js';
import { WireReader, wireTypes } from './wire-reader.js';

/**
 * Compares a message's bytes with the .proto files, inner messages included: fields that these do not know, wire types
 * that are not theirs, bytes that break off. Never throws because of the bytes.
 *
 * @param name full name, e.g. `agent.GenesisSyncRequest`
 */
export function checkMessage(name: MessageName, bytes: Uint8Array): readonly WireProblem[] {
  const problems = createProblemList();
  check(name, bytes, problems);
  return problems.take();
}

/** The first thing for which servers refuse the message, or null where they decode it. */
export function findRefusal(name: MessageName, bytes: Uint8Array): WireProblem | null {
  const found: WireProblem[] = [];
  const add = (problem: WireProblem) => {
    if (found.length === 0 && isRefusal(problem)) found.push(problem);
  };
  check(name, bytes, { add });
  return found[0] ?? null;
}

function check(name: MessageName, bytes: Uint8Array, problems: ProblemSink): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  checkRange(lookupMessage(name), buffer, 0, buffer.length, name, problems);
}

/** Follows inner messages by recursion, which ends because no message of the .proto files holds itself. */
function checkRange(
  type: protobuf.Type,
  bytes: Buffer,
  start: number,
  stop: number,
  path: string,
  problems: ProblemSink,
): void {
  const reader = new WireReader(bytes, start, stop);
  while (reader.next()) {
    const field = type.fieldsById[reader.field];
    if (field === undefined) {
      problems.add(unexpectedField(reader, path, undefined, reader.wireType));
      reader.skip();
      continue;
    }
    const expected = wireTypeOf(field);
    const fieldPath = `${path}.${field.name}`;
    if (reader.wireType === expected) {
      if (!reader.skip()) break;
      if (isMessage(field)) checkRange(field.resolvedType, bytes, reader.start, reader.stop, fieldPath, problems);
      else if (field.type === 'string') readText(bytes, reader, fieldPath, problems);
    } else if (reader.wireType === wireTypes.bytes && isPackable(field)) {
      // Every decoder of protobuf takes packed numbers, declared or not.
      if (!reader.payload()) break;
      checkPacked(expected, bytes, reader, fieldPath, problems);
    } else {
      problems.add(unexpectedField(reader, path, field.name, expected));
      reader.skip();
    }
  }
  if (reader.fault !== null) {
    problems.add(malformed(path, reader.fault));
  }
}

function checkPacked(wireType: number, bytes: Buffer, outer: WireReader, path: string, problems: ProblemSink): void {
  const reader = new WireReader(bytes, outer.start, outer.stop);
  reader.field = outer.field;
  if (!reader.skipPacked(wireType) && reader.fault !== null) {
    problems.add(malformed(path, reader.fault));
  }
}

function isMessage(field: protobuf.Field): field is protobuf.Field & { resolvedType: protobuf.Type } {
  return field.resolvedType !== null && 'fieldsById' in field.resolvedType;
}

function wireTypeOf(field: protobuf.Field): number {
  if (field.resolvedType !== null) {
    return isMessage(field) ? wireTypes.bytes : wireTypes.varint;
  }
  const ofScalars: Readonly<Record<string, number>> = protobuf.types.basic;
  return ofScalars[field.type] ?? wireTypes.bytes;
}

function isPackable(field: protobuf.Field): boolean {
  return field.repeated && !isMessage(field) && wireTypeOf(field) !== wireTypes.bytes;
}
