/** Objects from files that kubectl wrote; whoever dumps the cluster decides how fresh they are. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Resource, Source } from './reporter.js';
import { type Json, trim, typeOf } from './trim.js';

interface KnownFile {
  readonly stamp: string;
  readonly resources: readonly Resource[];
}

/** A file written within this time is read again: the clock of the file system may be too coarse to show a second write. */
const settledMs = 2_000;

export function createFileSource(
  paths: readonly string[],
  ingressType: string,
  log: (message: string) => void,
): Source {
  const known = new Map<string, KnownFile>();
  const ignored = new Set<string>();
  let all: readonly Resource[] = [];

  async function load(file: string): Promise<void> {
    const { mtimeMs, size, ino } = await stat(file);
    const stamp = Date.now() - mtimeMs < settledMs ? '' : `${mtimeMs} ${size} ${ino}`;
    const before = known.get(file);
    if (stamp !== '' && before?.stamp === stamp) return;
    const resources = readResources(JSON.parse(await readFile(file, 'utf8')));
    const same = before !== undefined && sameResources(before.resources, resources);
    known.set(file, { stamp, resources: same ? before.resources : resources });
  }

  function readResources(document: Json): Resource[] {
    if ('clientVersion' in document || 'gitVersion' in document) return [versionOf(document)];
    const items = Array.isArray(document.items) ? (document.items as Json[]) : [document];
    // The items of a PodList do not say that they are Pods.
    const implied = { apiVersion: document.apiVersion, kind: String(document.kind).replace(/List$/, '') };
    return items.flatMap((item) => {
      const object: Json = { ...implied, ...item };
      const type = typeOf(object, ingressType);
      if (type === null) {
        if (!ignored.has(String(object.kind)))
          log(`${object.kind} objects are left out: DeepFlow has no type for them`);
        ignored.add(String(object.kind));
        return [];
      }
      const uid = (object.metadata as Json | undefined)?.uid;
      if (typeof uid !== 'string') throw new Error(`a ${object.kind} without metadata.uid`);
      return [{ key: uid, type, json: JSON.stringify(trim(type, object)) }];
    });
  }

  return {
    async read() {
      const errors = new Set<string>();
      const files = new Set(known.keys());
      for (const path of paths) {
        try {
          for (const file of await filesOf(path)) files.add(file);
        } catch (error) {
          errors.add(`${path}: ${(error as Error).message}`);
        }
      }
      // A file that was there and is gone is an error, not the news that its objects are gone.
      for (const file of files) {
        try {
          await load(file);
        } catch (error) {
          errors.add(`${file}: ${(error as Error).message}`);
        }
      }
      // The same array as before tells the reporter that nothing has changed. An object in two files counts once.
      const merged = new Map([...known.values()].flatMap(({ resources }) => resources).map((one) => [one.key, one]));
      const next = [...merged.values()];
      if (next.length !== all.length || next.some((one, i) => one !== all[i])) all = next;
      return { resources: all, errors: [...errors] };
    },
  };
}

async function filesOf(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => name.endsWith('.json')).sort();
  if (names.length === 0) throw new Error('no .json file in this directory');
  return names.map((name) => join(path, name));
}

/** `kubectl version -o json`, or what `kubectl get --raw /version` prints. */
function versionOf(document: Json): Resource {
  const version = 'clientVersion' in document ? document.serverVersion : document;
  if (typeof (version as Json | undefined)?.gitVersion !== 'string') {
    throw new Error('no serverVersion; did kubectl version reach the cluster?');
  }
  return { key: 'version', type: '*version.Info', json: JSON.stringify(version) };
}

function sameResources(a: readonly Resource[], b: readonly Resource[]): boolean {
  return a.length === b.length && a.every((one, i) => one.key === b[i]?.key && one.json === b[i]?.json);
}
