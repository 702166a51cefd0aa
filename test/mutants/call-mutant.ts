import type { Compat } from '../../src/kube/compat.js';
import type { RecordedCall, Recording } from './recording.js';

/** A reference agent that breaks one rule, made by changing what it was recorded to say. */
export interface CallMutant {
  /** The rule that it breaks, and which has to fail for it. */
  readonly rule: string;
  /** Tells the mutants of a rule apart; one word in kebab-case. */
  readonly name: string;
  /** What this agent does wrong, as a sentence about it. */
  readonly does: string;
  /** The recording that is changed: that of an agent which uploads, or of one that the server manages. Default: `upload`. */
  readonly of?: 'upload' | 'sync';
  /** Why the rule cannot be broken in this way in a compat that knows it. */
  readonly except?: Readonly<Partial<Record<Compat, string>>>;
  change(calls: readonly RecordedCall[], recording: Recording): readonly RecordedCall[];
}
