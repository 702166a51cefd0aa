import { apiVersionOf, type Catalogue } from './catalogue.js';
import type { ResourceType } from './resource-type.js';

/** Documents by path; what is not here is not served. */
export function discoveryDocument(path: string, catalogue: Catalogue, kubernetesVersion: string): unknown {
  if (path === '/version') return versionInfo(kubernetesVersion);
  if (path === '/api') return coreVersions;
  if (path === '/apis') return groupList(catalogue);
  const [, root, first, second, ...more] = path.split('/');
  if (more.length > 0) return undefined;
  if (root === 'api' && first !== undefined && second === undefined) return resourceList(catalogue, '', first);
  if (root !== 'apis' || first === undefined || first === '') return undefined;
  return second === undefined ? group(catalogue, first) : resourceList(catalogue, first, second);
}

const coreVersions = {
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '127.0.0.1' }],
};

function versionInfo(gitVersion: string): unknown {
  const [, major = '1', minor = '30'] = /^v(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  return {
    major,
    minor,
    gitVersion,
    gitCommit: '0000000000000000000000000000000000000000',
    gitTreeState: 'clean',
    buildDate: '2024-06-11T20:20:18Z',
    goVersion: 'go1.22.4',
    compiler: 'gc',
    platform: 'linux/amd64',
  };
}

function groupList(catalogue: Catalogue): unknown {
  const groups = [...catalogue.groups.keys()].filter((name) => name !== '');
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map((name) => groupEntry(catalogue, name)) };
}

function group(catalogue: Catalogue, name: string): unknown {
  if (!catalogue.groups.has(name)) return undefined;
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(catalogue, name) };
}

function groupEntry(catalogue: Catalogue, name: string) {
  const versions = (catalogue.groups.get(name) ?? []).map((version) => ({
    groupVersion: apiVersionOf(name, version),
    version,
  }));
  return { name, versions, preferredVersion: versions[0] };
}

function resourceList(catalogue: Catalogue, name: string, version: string): unknown {
  if (!(catalogue.groups.get(name) ?? []).includes(version)) return undefined;
  const types = catalogue.types.filter((type) => type.group === name && type.versions.includes(version));
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: apiVersionOf(name, version),
    resources: types.flatMap(resourceEntries),
  };
}

function resourceEntries(type: ResourceType): readonly unknown[] {
  const { plural, singular, namespaced, kind, shortNames } = type;
  const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
  const main = {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs,
    shortNames,
    ...(inAll(type) ? { categories: ['all'] } : {}),
  };
  const status = { name: `${plural}/status`, singularName: '', namespaced, kind, verbs: ['get', 'patch', 'update'] };
  return type.hasStatus ? [main, status] : [main];
}

/** Shown by `kubectl get all`. */
function inAll(type: ResourceType): boolean {
  return type.group === 'apps' || ['pods', 'services', 'replicationcontrollers'].includes(type.plural);
}
