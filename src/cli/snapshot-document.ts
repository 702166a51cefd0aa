import type { Compat } from '../kube/compat.js';
import type { SnapshotFault } from './snapshot-file-error.js';
import { snapshotType } from './snapshot-type.js';

export type JsonObject = Readonly<Record<string, unknown>>;

/** One object as an agent would upload it: whole, untrimmed. */
export interface SnapshotEntry {
  readonly type: string;
  readonly object: JsonObject;
}

export type SnapshotForm = 'kubernetes-objects' | 'version' | 'objects-by-type';

export const wantedForms =
  'what `kubectl get ... -o json|yaml` or `kubectl version -o json` prints, or {type string: [object, ...]}';
export const getAdvice =
  'Make it with: kubectl get nodes,namespaces,deployments,replicasets,statefulsets,daemonsets,services,ingresses,pods -A -o json';

/** Ends the reading of a document with a `SnapshotFileError` that names the place of this path. */
export type FailAt = (
  path: readonly (string | number)[],
  fault: Pick<SnapshotFault, 'found' | 'expected' | 'advice'>,
) => never;

export interface SnapshotDocument {
  readonly entries: readonly SnapshotEntry[];
  /** One element for each object of a kind that DeepFlow has no type for. */
  readonly ignored: readonly { readonly kind: string; readonly apiVersion: string }[];
  readonly holds: SnapshotForm;
}

/** What one parsed JSON or YAML document holds. */
export function readSnapshotDocument(document: unknown, compat: Compat, failAt: FailAt): SnapshotDocument {
  if (!isObject(document)) return failAt([], { found: describe(document), expected: wantedForms, advice: getAdvice });
  if ('kind' in document || 'apiVersion' in document) return readObjects(document, compat, failAt);
  if ('clientVersion' in document || 'serverVersion' in document || 'gitVersion' in document) {
    return readVersion(document, failAt);
  }
  if (Object.keys(document).some((key) => key.startsWith('*'))) return readObjectsByType(document, failAt);
  const keys = Object.keys(document).slice(0, 5).join(', ');
  return failAt([], {
    found: keys === '' ? 'an empty object' : `an object with ${keys}`,
    expected: wantedForms,
    advice: getAdvice,
  });
}

function readObjects(document: JsonObject, compat: Compat, failAt: FailAt): SnapshotDocument {
  const { kind, apiVersion } = identify(document, [], failAt);
  const entries: SnapshotEntry[] = [];
  const ignored: { kind: string; apiVersion: string }[] = [];
  const take = (object: JsonObject, of: { kind: string; apiVersion: string }): void => {
    const type = snapshotType(of.apiVersion, of.kind, compat);
    if (type === null) ignored.push(of);
    else entries.push({ type, object });
  };

  if (kind === 'Status') {
    const message = typeof document.message === 'string' ? `: ${document.message}` : '';
    return failAt([], {
      found: `an error that the Kubernetes API answered${message}`,
      expected: wantedForms,
      advice: getAdvice,
    });
  }
  if (!kind.endsWith('List') || !('items' in document)) {
    take(document, { kind, apiVersion });
    return { entries, ignored, holds: 'kubernetes-objects' };
  }
  // A list without a single item is null in what some clients write.
  const items = document.items ?? [];
  if (!Array.isArray(items)) {
    return failAt(['items'], {
      found: describe(items),
      expected: `the array of items of a ${kind}`,
      advice: getAdvice,
    });
  }
  // Of a PodList the items are Pods and need not say so.
  const implied = kind === 'List' ? {} : { kind: kind.slice(0, -'List'.length), apiVersion };
  for (const [index, item] of (items as readonly unknown[]).entries()) {
    if (!isObject(item)) {
      return failAt(['items', index], { found: describe(item), expected: 'a Kubernetes object', advice: getAdvice });
    }
    const object = 'kind' in item && 'apiVersion' in item ? item : { ...implied, ...item };
    take(object, identify(object, ['items', index], failAt));
  }
  return { entries, ignored, holds: 'kubernetes-objects' };
}

function identify(
  object: JsonObject,
  path: readonly (string | number)[],
  failAt: FailAt,
): { kind: string; apiVersion: string } {
  const { kind, apiVersion } = object;
  if (typeof kind === 'string' && kind !== '' && typeof apiVersion === 'string') return { kind, apiVersion };
  const lacking = typeof kind === 'string' && kind !== '' ? 'apiVersion' : 'kind';
  return failAt(path, {
    found: lacking in object ? `${lacking} ${describe(object[lacking])}` : `an object without ${lacking}`,
    expected: 'a Kubernetes object with apiVersion and kind',
    advice: getAdvice,
  });
}

function readVersion(document: JsonObject, failAt: FailAt): SnapshotDocument {
  const nested = 'clientVersion' in document || 'serverVersion' in document;
  const version = nested ? document.serverVersion : document;
  if (version === undefined) {
    return failAt([], {
      found: 'only the clientVersion of kubectl',
      expected: 'the serverVersion of the cluster too',
      advice:
        'kubectl did not reach the cluster, or ran with --client. Run kubectl version -o json again, or kubectl get --raw /version.',
    });
  }
  const path = nested ? ['serverVersion'] : [];
  if (!isObject(version)) {
    return failAt(path, { found: describe(version), expected: 'an object with gitVersion', advice: versionAdvice });
  }
  if (typeof version.gitVersion !== 'string' || version.gitVersion === '') {
    const found = `gitVersion ${describe(version.gitVersion)}`;
    return failAt(path, { found, expected: 'a gitVersion such as "v1.29.4"', advice: versionAdvice });
  }
  return { entries: [{ type: '*version.Info', object: version }], ignored: [], holds: 'version' };
}

const versionAdvice = 'Make it with: kubectl version -o json';

function readObjectsByType(document: JsonObject, failAt: FailAt): SnapshotDocument {
  const entries: SnapshotEntry[] = [];
  for (const [type, objects] of Object.entries(document)) {
    if (!type.startsWith('*')) {
      return failAt([type], {
        found: `the key "${type}"`,
        expected: 'only type strings such as "*v1.Pod"',
        advice: getAdvice,
      });
    }
    if (!Array.isArray(objects)) {
      const advice = `Write "${type}": [object, ...].`;
      return failAt([type], { found: describe(objects), expected: `an array of objects for "${type}"`, advice });
    }
    for (const [index, object] of (objects as readonly unknown[]).entries()) {
      if (!isObject(object)) {
        const advice = `Write "${type}": [object, ...].`;
        return failAt([type, index], { found: describe(object), expected: `an object in "${type}"`, advice });
      }
      entries.push({ type, object });
    }
  }
  return { entries, ignored: [], holds: 'objects-by-type' };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as a short noun. */
function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  const text = JSON.stringify(value);
  return `${typeof value === 'string' ? 'the text' : `the ${typeof value}`} ${text.length > 60 ? `${text.slice(0, 60)}...` : text}`;
}
