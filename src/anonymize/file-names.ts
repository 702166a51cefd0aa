import type { ClusterPod } from '../platform/cluster-resources.js';
import type { InferredCapture } from '../replay/capture-names.js';
import type { Anonymizer } from './anonymizer.js';

/** New names without an extension, by old name. Pieces of one capture are numbered in their order. */
export function captureNames(
  captures: readonly InferredCapture[],
  pods: readonly ClusterPod[],
  anonymizer: Anonymizer,
): ReadonlyMap<string, string> {
  const filesOf = new Map<string, string[]>();
  for (const capture of captures) {
    const nic = anonymizer.name('nic', capture.nic);
    const place =
      capture.pod === null ? anonymizer.name('node', capture.node) : `pod-${podName(capture.pod, pods, anonymizer)}`;
    const base = `${place}-${nic}`;
    filesOf.set(base, [...(filesOf.get(base) ?? []), ...capture.files]);
  }
  const names = new Map<string, string>();
  for (const [base, files] of filesOf) {
    const distinct = [...new Set(files)].filter((file) => !names.has(file));
    for (const [i, file] of distinct.entries()) {
      names.set(file, distinct.length === 1 ? base : `${base}_${`${i + 1}`.padStart(5, '0')}`);
    }
  }
  return names;
}

/** `pod`, or `namespace/pod`, or `namespace-pod` where the cluster has such a Pod. */
function podName(text: string, pods: readonly ClusterPod[], anonymizer: Anonymizer): string {
  const slash = text.indexOf('/');
  const found =
    slash < 0
      ? pods.find(({ namespace, name }) => `${namespace}-${name}` === text)
      : { namespace: text.slice(0, slash), name: text.slice(slash + 1) };
  if (found === undefined) return anonymizer.name('pod', text);
  return `${anonymizer.name('namespace', found.namespace)}-${anonymizer.name('pod', found.name)}`;
}
