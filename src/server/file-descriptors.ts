import type protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor/index.js';

interface FileDescriptor {
  readonly name: string;
  readonly package: string;
  dependency: string[];
  readonly messageType: readonly MessageDescriptor[];
}

interface MessageDescriptor {
  name: string;
  readonly field: readonly { typeName?: string }[];
  readonly nestedType: readonly MessageDescriptor[];
  readonly options?: { readonly mapEntry?: boolean } | null;
}

/**
 * One encoded FileDescriptorProto for each package. Corrects what strict readers of descriptors (Go's) refuse: those of
 * `@grpc/proto-loader` say "proto3" whatever the file says, and protobufjs leaves out what a file imports and gives the
 * entries of maps a name of its own.
 */
export function describeFiles(root: protobuf.Root, syntax: 'proto2' | 'proto3'): readonly Buffer[] {
  const { file: files } = root.toDescriptor(syntax) as unknown as { readonly file: readonly FileDescriptor[] };
  for (const file of files) {
    const references = file.messageType.flatMap(correct);
    const imported = files.filter((other) => other !== file && references.some((name) => isIn(name, other.package)));
    file.dependency = imported.map(({ name }) => name);
  }
  return files.map((file) => Buffer.from(descriptor.FileDescriptorProto.encode(file).finish()));
}

/** @returns the types that the message's fields name */
function correct(message: MessageDescriptor): readonly string[] {
  for (const entry of message.nestedType.filter(({ options }) => options?.mapEntry === true)) {
    for (const field of message.field.filter(({ typeName }) => typeName === entry.name)) {
      field.typeName = `${entry.name}Entry`;
    }
    entry.name = `${entry.name}Entry`;
  }
  const own = message.field.flatMap(({ typeName }) => typeName ?? []);
  return [...own, ...message.nestedType.flatMap(correct)];
}

function isIn(typeName: string, packageName: string): boolean {
  return typeName.replace(/^\./, '').startsWith(`${packageName}.`);
}
