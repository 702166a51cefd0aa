import protobuf from 'protobufjs';
import { packageFile } from './package-file.js';

/** The .proto files to load; agent.proto and trident.proto name all others. */
export const protoFiles = ['agent.proto', 'trident.proto'] as const;

/** The directory of the .proto files, with a slash at its end. */
export const protoDirectory: string = packageFile('proto/');

/** Reads the .proto files. Takes some 40 ms. */
function loadSchema(): protobuf.Root {
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) => protoDirectory + target;
  root.loadSync([...protoFiles], { keepCase: true });
  root.resolveAll();
  return root;
}

/** Packages `agent`, `trident` and `common`. */
export const schema: protobuf.Root = loadSchema();

/** By full name. */
const messages: ReadonlyMap<string, protobuf.Type> = new Map(
  messagesIn(schema).map((type) => [type.fullName.slice(1), type] as const),
);

function messagesIn(namespace: protobuf.NamespaceBase): readonly protobuf.Type[] {
  const inner = namespace.nestedArray.flatMap((one) => (one instanceof protobuf.Namespace ? messagesIn(one) : []));
  return namespace instanceof protobuf.Type ? [namespace, ...inner] : inner;
}

/**
 * As `schema.lookupType`, which takes longer than decoding a short message.
 *
 * @throws Error if the .proto files know no such message
 */
export function lookupMessage(name: string): protobuf.Type {
  const type = messages.get(name);
  if (type === undefined) throw new Error(`The .proto files know no message ${name}.`);
  return type;
}
