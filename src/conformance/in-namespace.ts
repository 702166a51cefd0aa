/**
 * Whether an object may fail a rule where only those of one namespace may. That namespace itself may, too.
 *
 * @param namespace undefined where all may
 */
export function isInNamespace(
  namespace: string | undefined,
  object: { readonly namespace?: string; readonly name?: string },
): boolean {
  if (namespace === undefined) return true;
  const { namespace: own = '', name = '' } = object;
  return own === '' ? name === namespace : own === namespace;
}
