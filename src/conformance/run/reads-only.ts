import type { RecordedJudgement } from '../../journal/record.js';
import type { KubeRequest } from '../../kube/kube-object.js';
import { typeStrings } from '../../kube/type-strings.js';
import { kubeTypes } from '../truth/kube-type.js';

const readingVerbs: ReadonlySet<string> = new Set(['get', 'list', 'watch', 'discovery', 'version']);
/** Resources that DeepFlow, or its own agent, reads. */
const neededResources: ReadonlySet<string> = new Set([
  ...kubeTypes.map(({ resource }) => resource),
  ...typeStrings.flatMap(({ resource }) => (resource === null ? [] : [resource])),
]);

/** The judgement of watch/reads-only on the requests of one scenario. */
export function judgeReadsOnly(requests: readonly KubeRequest[]): RecordedJudgement {
  const asked = requests.filter(({ verb }) => verb !== 'discovery' && verb !== 'version');
  if (asked.length === 0) return { status: 'not-judged', reason: 'the agent asked the Kubernetes API for nothing' };
  const told = new Set<string>();
  const findings = asked.flatMap(({ verb, group, resource, namespace, name }) => {
    const writes = !readingVerbs.has(verb);
    const unneeded = resource !== '' && !neededResources.has(resource);
    const what = `${verb} ${resource}${group === '' ? '' : `.${group}`}`;
    if ((!writes && !unneeded) || told.has(what)) return [];
    told.add(what);
    const place = [namespace, name].filter((part) => part !== null).join('/');
    return [
      {
        found: place === '' ? what : `${what} ${place}`,
        expected: writes ? 'only get, list and watch' : 'only resources that DeepFlow shows',
        message: writes
          ? 'The agent changes the cluster that it only has to tell of: give it no permission for that.'
          : `DeepFlow needs no ${resource}: an agent that does not read them can be allowed less.`,
      },
    ];
  });
  return findings.length === 0 ? { status: 'passed' } : { status: 'failed', findings };
}
