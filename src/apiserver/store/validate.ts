import { type ApiError, apiError } from '../api-error.js';
import type { ResourceType } from '../discovery/resource-type.js';
import type { StatusCause } from '../status.js';

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

const labelRule =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/** The error for a name that Kubernetes does not allow; null for one that it does. */
export function nameProblem(type: ResourceType, name: unknown): ApiError | null {
  if (name === undefined || name === null || name === '') {
    return invalid(type, '', [
      {
        reason: 'FieldValueRequired',
        message: 'Required value: name or generateName is required',
        field: 'metadata.name',
      },
    ]);
  }
  const strict = type.plural === 'namespaces' || type.plural === 'services';
  const [pattern, rule, longest] = strict
    ? ([label, labelRule, 63] as const)
    : ([subdomain, subdomainRule, 253] as const);
  const text = typeof name === 'string' ? name : JSON.stringify(name);
  const message =
    typeof name !== 'string' || !pattern.test(name)
      ? rule
      : name.length > longest
        ? `must be no more than ${longest} characters`
        : null;
  if (message === null) return null;
  return invalid(type, text, [
    {
      reason: 'FieldValueInvalid',
      message: `Invalid value: ${JSON.stringify(text)}: ${message}`,
      field: 'metadata.name',
    },
  ]);
}

export function invalid(type: ResourceType, name: string, causes: readonly StatusCause[]): ApiError {
  const listed = causes.map((cause) => `${cause.field}: ${cause.message}`).join(', ');
  return apiError(
    422,
    `${type.kind}${type.group === '' ? '' : `.${type.group}`} ${JSON.stringify(name)} is invalid: ${
      causes.length > 1 ? `[${listed}]` : listed
    }`,
    { name, ...(type.group === '' ? {} : { group: type.group }), kind: type.kind, causes },
  );
}
