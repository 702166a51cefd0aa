import type { KubeObject } from '../../kube/kube-object.js';
import { badRequest } from '../api-error.js';
import type { ResourceType } from '../discovery/resource-type.js';
import { valueAt } from '../json.js';

/** Whether an object is meant; null selects all. */
export type FieldSelector = ((object: KubeObject) => boolean) | null;

/** Fields whose absence means false. */
const flags = new Set(['spec.unschedulable', 'spec.hostNetwork']);

/**
 * Reads `metadata.name=a,spec.nodeName!=b`.
 * @throws ApiError 400, also for fields that objects of the type cannot be selected by
 */
export function readFieldSelector(text: string | undefined, type: ResourceType): FieldSelector {
  if (text === undefined || text.trim() === '') return null;
  const requirements = text
    .split(',')
    .filter((each) => each.trim() !== '')
    .map((each) => readRequirement(each, text, type));
  return (object) => requirements.every((holds) => holds(object));
}

function readRequirement(text: string, whole: string, type: ResourceType): (object: KubeObject) => boolean {
  const parts = /^([^!=]+)(==|=|!=)(.*)$/.exec(text.trim());
  if (parts === null) {
    throw badRequest(`invalid selector: '${whole}'; can't understand '${text}'`);
  }
  const [, field = '', operator, value = ''] = parts;
  const selectable = ['metadata.name', ...(type.namespaced ? ['metadata.namespace'] : []), ...type.selectableFields];
  if (!selectable.includes(field)) {
    throw badRequest(`field label not supported: ${field}`);
  }
  const path = field.split('.');
  const wanted = operator !== '!=';
  return (object) => (String(valueAt(object, path) ?? (flags.has(field) ? 'false' : '')) === value) === wanted;
}
