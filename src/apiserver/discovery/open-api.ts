import { apiVersionOf, type Catalogue } from './catalogue.js';

/**
 * OpenAPI v3 as far as kubectl needs it: which kinds there are, and that writes know `fieldValidation` and `dryRun`.
 * It then leaves validation to the server. Fields are not described.
 */
export function openApiDocument(path: string, catalogue: Catalogue): unknown {
  const versions = [...catalogue.groups].flatMap(([group, names]) => names.map((version) => ({ group, version })));
  const pathOf = (group: string, version: string) => (group === '' ? `api/${version}` : `apis/${group}/${version}`);
  if (path === '/openapi/v3') {
    return {
      paths: Object.fromEntries(
        versions.map(({ group, version }) => {
          const name = pathOf(group, version);
          return [name, { serverRelativeURL: `/openapi/v3/${name}?hash=1` }];
        }),
      ),
    };
  }
  const found = versions.find(({ group, version }) => path === `/openapi/v3/${pathOf(group, version)}`);
  return found === undefined ? undefined : groupVersionDocument(catalogue, found.group, found.version);
}

function groupVersionDocument(catalogue: Catalogue, group: string, version: string): unknown {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const paths = catalogue.types
    .filter((type) => type.group === group && type.versions.includes(version))
    .map((type) => {
      const path = `${root}${type.namespaced ? '/namespaces/{namespace}' : ''}/${type.plural}/{name}`;
      const operation = {
        parameters: [queryParameter('dryRun'), queryParameter('fieldValidation')],
        responses: {},
        'x-kubernetes-group-version-kind': { group, version, kind: type.kind },
      };
      return [path, { put: operation, patch: operation }] as const;
    });
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: apiVersionOf(group, version) },
    paths: Object.fromEntries(paths),
    components: { schemas: {} },
  };
}

function queryParameter(name: string): unknown {
  return { name, in: 'query', schema: { type: 'string', uniqueItems: true } };
}
