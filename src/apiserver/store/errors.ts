import { type ApiError, apiError } from '../api-error.js';
import { qualifiedResource, type ResourceType } from '../discovery/resource-type.js';
import type { StatusDetails } from '../status.js';

export function notFound(type: ResourceType, name: string): ApiError {
  return apiError(404, `${qualifiedResource(type)} ${JSON.stringify(name)} not found`, detailsOf(type, name));
}

export function alreadyExists(type: ResourceType, name: string): ApiError {
  const message = `${qualifiedResource(type)} ${JSON.stringify(name)} already exists`;
  return apiError(409, message, detailsOf(type, name), 'AlreadyExists');
}

export function conflict(type: ResourceType, name: string, why: string): ApiError {
  const message = `Operation cannot be fulfilled on ${qualifiedResource(type)} ${JSON.stringify(name)}: ${why}`;
  return apiError(409, message, detailsOf(type, name));
}

export function terminating(type: ResourceType, name: string, namespace: string): ApiError {
  const message = `${qualifiedResource(type)} ${JSON.stringify(name)} is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`;
  const causes = [
    {
      reason: 'NamespaceTerminating',
      message: `namespace ${namespace} is being terminated`,
      field: 'metadata.namespace',
    },
  ];
  return apiError(403, message, { ...detailsOf(type, name), causes });
}

export function detailsOf(type: ResourceType, name: string): StatusDetails {
  return { name, ...(type.group === '' ? {} : { group: type.group }), kind: type.plural };
}
