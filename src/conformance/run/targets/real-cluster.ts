/** A Kubernetes that other people wrote. */
export interface RealCluster {
  /** Path of a kubeconfig that may write in it. */
  readonly kubeconfig: string;
  /**
   * Made for this run and gone after it. Nothing runs in it but the API server, so that custom resources may be defined in it and
   * namespaces have to be finished by hand.
   */
  readonly bare: boolean;
  close(): Promise<void>;
}

/** A real Kubernetes cannot be had: what is needed for it is not there, or does not start. */
export class RealClusterError extends Error {
  override readonly name = 'RealClusterError';
  readonly hint: string;

  constructor(message: string, hint: string, cause?: unknown) {
    super(message, { cause });
    this.hint = hint;
  }
}
