import { openEmbeddedTarget } from '../../conformance/run/open-embedded-target.js';
import type { OpenTarget } from '../../conformance/run/open-target.js';
import type { Terminal } from '../terminal.js';

export interface KubeOptions {
  /** embedded, envtest, kind, or the path of a kubeconfig. */
  readonly kube: string;
  /** Of kind; default: PLUMBLINE_KIND_IMAGE, else one that is known to work. */
  readonly kubeImage?: string;
  readonly jobs: number;
}

/** The Kubernetes that scenarios are played on. */
export interface OpenedKube {
  readonly openTarget: OpenTarget;
  readonly jobs: number;
  close(): Promise<void>;
}

/** @throws PlumblineError (bad input) where what was named is not there, or does not run here */
export async function openKube(terminal: Terminal, options: KubeOptions): Promise<OpenedKube> {
  if (options.kube === 'embedded') return { openTarget: openEmbeddedTarget, jobs: options.jobs, close: async () => {} };
  const { openRealKube } = await import('./open-real-kube.js');
  return openRealKube(terminal, options);
}
