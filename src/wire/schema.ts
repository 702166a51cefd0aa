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
