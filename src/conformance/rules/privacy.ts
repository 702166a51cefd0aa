import { asObject, isJsonObject, type JsonObject, objectAt, textAt } from '../../kube/json-value.js';
import { itemsOf } from '../../kube/read/not-an-object.js';
import { findTypeString } from '../../kube/type-strings.js';
import type { EntryEvidence, EntryRule, Judgement, Rule } from '../rule.js';
import { at, changed, exampleConfigMap, exampleSnapshot, uid, upload } from './common/example-upload.js';
import { failedWith, notJudged, passed } from './common/judgement.js';
import { counted, masked, someOf } from './common/text.js';

const notConfigMap = notJudged('the entry holds no ConfigMap');
const noContainers = notJudged('the entry holds no containers');
const unreadable = notJudged('the entry could not be read');
const stored = 'deepflow-server behaviour: entries are stored as they come, in clear text';

const noConfigMapData: EntryRule = {
  id: 'privacy/no-configmap-data',
  scope: 'entry',
  level: 'should',
  demand: 'ConfigMaps are uploaded without data and binaryData.',
  why: 'DeepFlow needs none of it but for showing it, and the server stores it in clear text.',
  source: stored,
  example: {
    breaks: {
      calls: [
        upload({
          entries: changed([...exampleSnapshot(), exampleConfigMap()], '*v1.ConfigMap', (configMap) => ({
            ...configMap,
            data: { 'db.properties': 'password=correct-horse' },
          })),
        }),
      ],
    },
    keeps: { calls: [upload({ entries: [...exampleSnapshot(), exampleConfigMap()] })] },
  },
  judge(evidence) {
    if (evidence.json === undefined) return unreadable;
    const { type } = evidence;
    return judgeObjects(evidence, notConfigMap, (object) => {
      if (type !== '*v1.ConfigMap' && object.kind !== 'ConfigMap') return null;
      const data = { ...objectAt(object, 'data'), ...objectAt(object, 'binaryData') };
      const keys = Object.keys(data);
      if (keys.length === 0) return passed;
      return failedWith({
        found: `data with ${counted(keys.length, 'key')}: ${someOf(keys.map((key) => `${key}=${masked(data[key])}`))}`,
        expected: 'metadata only',
        message: 'The server stores the data of ConfigMaps in clear text: leave data and binaryData out.',
      });
    });
  },
};

const noContainerEnv: EntryRule = {
  id: 'privacy/no-container-env',
  scope: 'entry',
  level: 'should',
  demand: 'Containers of Pods and of Pod templates are uploaded without env.',
  why: 'DeepFlow makes no tags of it, and the server stores it in clear text, passwords included.',
  source: stored,
  example: {
    breaks: {
      calls: [
        upload({
          entries: changed(exampleSnapshot(), '*v1.Deployment', (deployment) => {
            at(deployment, 'spec', 'template', 'spec', 'containers', 0).env = [
              { name: 'DB_PASSWORD', value: 'correct-horse' },
            ];
            return deployment;
          }),
        }),
      ],
    },
    keeps: { calls: [upload()] },
  },
  judge(evidence) {
    if (evidence.json === undefined) return unreadable;
    if (!mayHoldContainers(evidence)) return noContainers;
    return judgeObjects(evidence, noContainers, (object) => {
      const spec = objectAt(object, 'spec');
      const podSpec = isJsonObject(spec.template) ? objectAt(spec.template, 'spec') : spec;
      const ofContainers = variablesOf(podSpec, 'containers');
      const ofInitContainers = variablesOf(podSpec, 'initContainers');
      if (ofContainers.length + ofInitContainers.length === 0) return passed;
      const variables = [...ofContainers, ...ofInitContainers];
      return failedWith({
        found: `env with ${counted(variables.length, 'variable')}: ${someOf(variables.map(described))}`,
        expected: 'containers without env',
        message: 'The server stores environment variables in clear text: leave env out of containers.',
      });
    });
  },
};

const noSecrets: EntryRule = {
  id: 'privacy/no-secrets',
  scope: 'entry',
  level: 'must',
  demand: 'No Secret is uploaded.',
  why: 'The server has no use for Secrets, and whoever can read its store could read them.',
  source: stored,
  implies: ['entry/type-known'],
  example: {
    breaks: {
      calls: [
        upload({
          entries: [
            ...exampleSnapshot(),
            {
              type: '*v1.Secret',
              object: {
                kind: 'Secret',
                metadata: { uid: uid('5e'), name: 'db', namespace: 'shop' },
                data: { password: 'Y29ycmVjdC1ob3JzZQ==' },
              },
            },
          ],
        }),
      ],
    },
    keeps: { calls: [upload()] },
  },
  judge(evidence) {
    const byType = findTypeString(evidence.type) === undefined && secretType.test(evidence.type);
    if (evidence.json === undefined && !byType) return unreadable;
    if (!byType && !isSecret(evidence.json) && !itemsOf(evidence.json)?.some(isSecret)) return passed;
    const keys = objectsOf(evidence.json).flatMap((object) => Object.keys(asObject(object.data)));
    return failedWith({
      found: `a Secret${keys.length > 0 ? ` with ${counted(keys.length, 'key')}: ${someOf(keys)}` : ''}`,
      expected: 'no Secrets at all',
      message:
        'A Secret has left the cluster: stop listing Secrets, take the right to read them away, and renew this one.',
    });
  },
};

const secretType = /(^|[.*/])secrets?$/i;

function isSecret(json: unknown): boolean {
  return isJsonObject(json) && json.kind === 'Secret';
}

/** Types that nobody knows may hold anything. */
function mayHoldContainers({ type }: EntryEvidence): boolean {
  const family = findTypeString(type)?.family ?? 'pod';
  return family === 'pod' || family === 'workload' || family === 'replicaset';
}

function judgeObjects(
  { json }: EntryEvidence,
  none: Judgement,
  judge: (object: JsonObject) => Judgement | null,
): Judgement {
  const items = itemsOf(json);
  if (items === null) return (isJsonObject(json) ? judge(json) : null) ?? none;
  let judgement: Judgement | null = null;
  for (const object of items.filter(isJsonObject)) {
    const one = judge(object);
    if (one?.status === 'failed') return one;
    judgement ??= one;
  }
  return judgement ?? none;
}

/** The object of an entry, or the items of a List or an array. */
function objectsOf(json: unknown): readonly JsonObject[] {
  const items = itemsOf(json);
  if (items !== null) return items.filter(isJsonObject);
  return isJsonObject(json) ? [json] : [];
}

function variablesOf(podSpec: JsonObject, key: string): readonly JsonObject[] {
  const containers = podSpec[key];
  if (!Array.isArray(containers)) return noVariables;
  let variables: JsonObject[] | undefined;
  for (const container of containers) {
    const env: unknown = isJsonObject(container) ? container.env : undefined;
    if (!Array.isArray(env) || env.length === 0) continue;
    variables ??= [];
    for (const variable of env) if (isJsonObject(variable)) variables.push(variable);
  }
  return variables ?? noVariables;
}

const noVariables: readonly JsonObject[] = [];

function described(variable: JsonObject): string {
  const name = textAt(variable, 'name');
  return variable.value === undefined ? `${name} (a reference)` : `${name}=${masked(variable.value)}`;
}

export const privacyRules: readonly Rule[] = [noConfigMapData, noContainerEnv, noSecrets];
