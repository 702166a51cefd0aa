/** What a path names. */
export type RequestPath =
  | { readonly kind: 'document'; readonly path: string }
  | {
      readonly kind: 'resource';
      readonly group: string;
      readonly version: string;
      readonly plural: string;
      readonly namespace: string | null;
      readonly name: string | null;
      readonly subresource: string | null;
      /** The old form with `/watch/` before the resource. */
      readonly watch: boolean;
    };

/**
 * Null for a path that cannot name anything: percent escapes that are none, empty, `.` and `..` segments, slashes in
 * names.
 */
export function readPath(path: string): RequestPath | null {
  const segments = readSegments(path);
  if (segments === null) return null;
  const [root, first, second] = segments;
  if (root === 'api' && first !== undefined && segments.length > 2) {
    return resourcePath('', first, segments.slice(2), path);
  }
  if (root === 'apis' && first !== undefined && second !== undefined && segments.length > 3) {
    return resourcePath(first, second, segments.slice(3), path);
  }
  return { kind: 'document', path: `/${segments.join('/')}` };
}

function resourcePath(group: string, version: string, rest: readonly string[], path: string): RequestPath | null {
  const watch = rest[0] === 'watch';
  const named = watch ? rest.slice(1) : rest;
  const [first, namespace, third] = named;
  if (first === undefined) return null;
  const inNamespace = first === 'namespaces' && third !== undefined && third !== 'status' && third !== 'finalize';
  const [plural, name, subresource, ...more] = inNamespace ? named.slice(2) : named;
  if (plural === undefined) return null;
  if (more.length > 0) return { kind: 'document', path };
  return {
    kind: 'resource',
    group,
    version,
    plural,
    namespace: inNamespace ? (namespace ?? null) : null,
    name: name ?? null,
    subresource: subresource ?? null,
    watch,
  };
}

function readSegments(path: string): readonly string[] | null {
  const trimmed = path.replace(/^\//, '').replace(/\/$/, '');
  if (trimmed === '') return [];
  const segments: string[] = [];
  for (const raw of trimmed.split('/')) {
    let segment: string;
    try {
      segment = decodeURIComponent(raw);
    } catch {
      return null;
    }
    if (segment === '' || segment === '.' || segment === '..' || /[/\\\0]/.test(segment)) return null;
    segments.push(segment);
  }
  return segments;
}
