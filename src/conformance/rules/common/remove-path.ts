/**
 * A copy of the value without what a path of a needed field leads to. `a[].b` goes into every element of `a`, `a[0].b`
 * into the first one, `a[key=value].b` into those whose `key` is `value`; a last segment `a[]` removes `a` as a whole.
 */
export function removePath(value: unknown, path: string): unknown {
  const copy = structuredClone(value);
  remove(copy, path.split(/\.(?![^[]*\])/));
  return copy;
}

function remove(value: unknown, segments: readonly string[]): void {
  const [segment, ...rest] = segments;
  if (segment === undefined || typeof value !== 'object' || value === null) return;
  const holder = value as Record<string, unknown>;
  const [, key = segment, selector] = /^([^[]+)\[(.*)\]$/.exec(segment) ?? [];
  if (rest.length === 0) {
    delete holder[key];
    return;
  }
  const child = holder[key];
  if (selector === undefined) remove(child, rest);
  else if (Array.isArray(child)) for (const element of selected(child, selector)) remove(element, rest);
}

function selected(elements: readonly unknown[], selector: string): readonly unknown[] {
  if (selector === '') return elements;
  if (/^\d+$/.test(selector)) return elements.slice(Number(selector), Number(selector) + 1);
  const [key = '', value = ''] = selector.split('=');
  return elements.filter((element) => (element as Record<string, unknown> | null)?.[key] === value);
}
