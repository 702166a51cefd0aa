import { identityFields, type NeededField } from './field.js';

export const namespaceFields: readonly NeededField[] = identityFields('namespace');
