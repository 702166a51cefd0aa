import type { JudgingFacts } from '../journal/record.js';
import type { Compat } from '../kube/compat.js';
import type { Entry, Snapshot } from '../kube/entry.js';
import type { KubeObject } from '../kube/kube-object.js';
import type { Traffic } from './traffic.js';
import type { TruthComparison } from './truth/comparison.js';

/** **must**: the upload is lost, wrong or dangerous otherwise; **should**: works, at a cost; **info**: reported, never fails. */
export type Level = 'must' | 'should' | 'info';

/** What a rule found wrong: enough to find the place without other reading. */
export interface Finding {
  /** Number of the call (`CallRecord.seq`); 0 where it is about the lack of one. */
  readonly request: number;
  /** Name of the scenario in which it was found; absent where none was played. */
  readonly scenario?: string;
  /** Index of the entry in that request. */
  readonly entry?: number;
  readonly type?: string;
  readonly uid?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** The value found, as text a person can read; secrets masked, long values cut. */
  readonly found: string;
  readonly expected: string;
  /** One sentence: what is wrong and what to do. */
  readonly message: string;
}

/** What a judge says of one piece of evidence. */
export type Judgement =
  | { readonly status: 'passed' }
  | {
      readonly status: 'failed';
      readonly findings: readonly FindingDraft[];
      /** How many there are in all, where `findings` holds only the first of them. Default: `findings.length`. */
      readonly total?: number;
    }
  | { readonly status: 'not-judged'; readonly reason: string };

/** A finding of an entry or a snapshot; the request's number is filled in by the runner. */
export type FindingDraft = Omit<Finding, 'request'> & { readonly request?: number };

export interface JudgeContext extends JudgingFacts {
  readonly compat: Compat;
}

/** An entry together with its JSON, which is gone once its rules have been judged. */
export interface EntryEvidence {
  readonly type: string;
  readonly decoded: Entry['decoded'];
  /** The JSON value; undefined where it could not be read. */
  readonly json: unknown;
}

interface RuleText {
  /** `family/what-holds-when-it-passes`. */
  readonly id: string;
  /** Levels may differ by compat; `null`: this compat does not know the rule. */
  readonly level: Level | Readonly<Record<Compat, Level | null>>;
  /** One sentence in our words: what is demanded. */
  readonly demand: string;
  /** Why: what happens on the real server otherwise. */
  readonly why: string;
  /** Where it comes from, for a person. */
  readonly source: string;
  /** Rules that necessarily fail too where this one does. */
  readonly implies?: readonly string[];
}

interface RuleBase extends RuleText {
  /** Calls that break it, and calls that keep it; both are run as tests. */
  readonly example: { readonly breaks: Example; readonly keeps: Example };
}

/** Judged once for each distinct (type, bytes) and remembered; must depend on nothing else. */
export interface EntryRule extends RuleBase {
  readonly scope: 'entry';
  judge(entry: EntryEvidence, context: JudgeContext): Judgement;
}

/** Judged once for each upload that carries entries. */
export interface SnapshotRule extends RuleBase {
  readonly scope: 'snapshot';
  /** @param truth how the upload compares with what Kubernetes held; null where that is not known */
  judge(snapshot: Snapshot, context: JudgeContext, truth: TruthComparison | null): Judgement;
}

/** Judged once for each upload that can be compared with what Kubernetes held. */
export interface TruthRule extends RuleBase {
  readonly scope: 'truth';
  judge(truth: TruthComparison, context: JudgeContext): Judgement;
}

/** Judged over all calls of a run. */
export interface TrafficRule extends RuleBase {
  readonly scope: 'traffic';
  judge(traffic: Traffic, context: JudgeContext): Judgement;
}

/** Judged by scenarios, which do something to the agent and watch what it does. */
export interface ScenarioRule extends RuleText {
  readonly scope: 'scenario';
  /** What an agent does that breaks it, and what one does that keeps it; a sentence each. */
  readonly story: { readonly breaks: string; readonly keeps: string };
}

/** A rule that calls alone can show, so that examples of them can be run. */
export type ExampledRule = EntryRule | SnapshotRule | TruthRule | TrafficRule;

export type Rule = ExampledRule | ScenarioRule;

/** Calls as an author would think of them. They are encoded, answered and judged by the same code as real ones. */
export interface Example {
  readonly calls: readonly ExampleCall[];
  readonly configuredClusterId?: string;
  readonly clusterRegistered?: boolean;
  /** Cluster ids whose domain exists; default: those that the calls name. */
  readonly registered?: readonly string[];
  readonly compat?: Compat;
  /** What Kubernetes holds all the time; absent where nobody knows. */
  readonly kubernetes?: readonly KubeObject[];
}

export interface ExampleCall {
  /** Seconds since the start of the run. Default: 1 s after the call before. */
  readonly at?: number;
  /** Seconds until the answer; default 0.01. */
  readonly takes?: number;
  /** Default: the KubernetesAPISync of the compat's own package. */
  readonly path?: string;
  readonly peer?: string;
  readonly request?: ExampleRequest;
  /** Raw bytes of the message instead of `request`. */
  readonly bytes?: Uint8Array;
  /** The message that the server answers, where that is not left to the server. */
  readonly answer?: Uint8Array;
  /** How gRPC took it; default `unary`. */
  readonly outcome?: 'unary' | 'unknown-method' | 'incomplete' | 'too-large';
  /** The server forgets everything before this call. */
  readonly afterRestart?: boolean;
}

export interface ExampleRequest {
  readonly cluster_id?: string;
  /** uint64, decimal or number. */
  readonly version?: number | string;
  readonly error_msg?: string;
  readonly agent_id?: number;
  readonly source_ip?: string;
  readonly team_id?: string;
  readonly entries?: readonly ExampleEntry[];
}

/** `object` is sent as zlib(JSON); `bytes` as they are; `info` in the old text field. */
export interface ExampleEntry {
  readonly type: string;
  readonly object?: unknown;
  readonly bytes?: Uint8Array;
  readonly info?: string;
}
