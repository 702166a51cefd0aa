import type { Example, ExampleCall, ExampleEntry, ExampleRequest } from '../../src/conformance/rule.js';
import type { ExampleObject } from '../../src/conformance/rules/common/example-upload.js';
import type { Compat } from '../../src/kube/compat.js';

/** What the reference agent said to a server, call by call, decoded so that a mutant can change any part of it. */
export interface Recording {
  readonly compat: Compat;
  /** The id that the agent was configured with. */
  readonly clusterId: string;
  readonly calls: readonly RecordedCall[];
}

/** A call one second after the one before, unless `at` (s) says otherwise. */
export type RecordedCall = Omit<ExampleCall, 'request'> & { readonly request?: RecordedRequest };

/** Set for KubernetesAPISync alone; other calls carry `bytes`. */
export type RecordedRequest = Omit<ExampleRequest, 'entries'> & { readonly entries: readonly RecordedEntry[] };

/** `bytes` are those of `object`, as the agent packed it; a mutant that changes the object leaves them out. */
export type RecordedEntry = ExampleEntry & { readonly object?: ExampleObject };

/** The recording as the judge takes it: no domain exists but those that its calls make. */
export function exampleOf({ compat, clusterId, calls }: Recording): Example {
  return { compat, calls, configuredClusterId: clusterId, clusterRegistered: false, registered: [] };
}

export function hasError({ request }: RecordedCall): boolean {
  return (request?.error_msg ?? '') !== '';
}

export function isUpload(call: RecordedCall): boolean {
  return (call.request?.entries.length ?? 0) > 0 && !hasError(call);
}

export function isHeartbeat(call: RecordedCall): boolean {
  return call.request?.entries.length === 0 && !hasError(call);
}
