import type { Rule, ScenarioRule } from '../rule.js';
import { kubernetesConcepts, scenarioRule } from './common/scenario-rule.js';
import { document } from './common/source.js';

const source = kubernetesConcepts;

function watchRule(
  id: string,
  level: ScenarioRule['level'],
  text: { demand: string; why: string; breaks: string; keeps: string; source?: string; implies?: readonly string[] },
): ScenarioRule {
  const { demand, why, breaks, keeps } = text;
  return scenarioRule({
    id: `watch/${id}`,
    level,
    demand,
    why,
    source: text.source ?? source,
    ...(text.implies === undefined ? {} : { implies: text.implies }),
    story: { breaks, keeps },
  });
}

const lostChange = ['change/added-appears', 'snapshot/complete', 'snapshot/nothing-extra', 'snapshot/faithful'];

/** How the agent reads the Kubernetes API. */
export const watchRules: readonly Rule[] = [
  watchRule('starts-at-list-version', 'should', {
    demand: 'A watch starts at the resourceVersion of the list before it.',
    why: 'What happens between the list and a watch from another version is missed, or comes twice.',
    breaks: 'After a list that ended with resourceVersion 812, the agent watches without a resourceVersion.',
    keeps: 'After a list that ended with resourceVersion 812, the agent watches from 812.',
  }),
  watchRule('resumes-from-bookmark-or-last', 'should', {
    demand: 'After a watch has ended the next one goes on from the last event or bookmark, without a list.',
    why: 'Listing a large cluster each time that a watch ends, which happens every few minutes, costs the API server dearly.',
    breaks: 'The watch ends after five minutes; the agent lists all Pods again.',
    keeps: 'The watch ends after five minutes; the agent watches again from the resourceVersion that came last.',
  }),
  watchRule('relists-on-410-status', 'must', {
    demand: 'A watch that is answered 410 Gone is followed by a list.',
    why: 'The version is too old for the API server; without a new list the agent never sees a change again.',
    implies: lostChange,
    breaks: 'The watch is answered 410; the agent tries the same resourceVersion for ever.',
    keeps: 'The watch is answered 410; the agent lists again and watches from there.',
  }),
  watchRule('relists-on-410-event', 'must', {
    demand: 'An ERROR event with code 410 in a watch that was answered 200 is followed by a list.',
    why: 'Expired versions are mostly told this way; an agent that skips the event never sees a change again.',
    implies: lostChange,
    breaks: 'The stream holds {"type": "ERROR", "object": {"code": 410}}; the agent ignores it and watches on.',
    keeps: 'The stream holds an ERROR event with code 410; the agent lists again and watches from there.',
  }),
  watchRule('survives-close', 'must', {
    demand: 'After a watch has ended cleanly changes are seen again.',
    why: 'API servers end every watch after some minutes.',
    implies: lostChange,
    breaks: 'The stream ends; the agent takes it for the end of its work.',
    keeps: 'The stream ends; the agent watches again.',
  }),
  watchRule('survives-reset', 'must', {
    demand: 'After the connection of a watch was reset changes are seen again.',
    why: 'Load balancers in front of API servers reset connections.',
    implies: lostChange,
    breaks: 'The connection is reset; the watching thread dies with the error, the rest of the agent goes on.',
    keeps: 'The connection is reset; the agent watches again.',
  }),
  watchRule('survives-truncated-line', 'must', {
    demand: 'After a watch has ended in the middle of an event changes are seen again, also the one that was cut.',
    why: 'A connection may end anywhere; half an event is no event.',
    implies: lostChange,
    breaks: 'The stream ends in mid-line; the agent dies of the JSON, or forgets the object.',
    keeps: 'The stream ends in mid-line; the agent drops the half line and watches again from the event before.',
  }),
  watchRule('survives-split-characters', 'must', {
    demand: 'A character whose bytes come in two chunks is read as one.',
    why: 'A text that is decoded chunk by chunk gets U+FFFD in the middle of labels and names.',
    implies: ['snapshot/faithful', 'change/modified-appears', 'workload/labels', 'pod/labels', 'service/labels'],
    breaks: 'A label value of Chinese characters comes in pieces; the upload has replacement characters in it.',
    keeps: 'A label value of Chinese characters comes in pieces; the upload has it as it is.',
  }),
  watchRule('survives-half-open', 'should', {
    demand:
      'A watch that falls silent without an end is given up and started again, within 60 s on HTTP/2, else within its own timeout.',
    why: 'A machine in between that forgets the connection leaves both ends waiting for ever.',
    implies: lostChange,
    breaks: 'The stream falls silent; the agent waits for ever.',
    keeps: 'The stream falls silent; pings go unanswered, and the agent connects again.',
  }),
  watchRule('honours-retry-after', 'should', {
    demand: 'After 429 with Retry-After the agent waits that long before it asks for the same again.',
    why: 'The API server says so when it is overloaded; who comes earlier makes it worse.',
    breaks: 'A list is answered 429 with Retry-After: 1; the agent lists again after 10 ms.',
    keeps: 'A list is answered 429 with Retry-After: 1; the agent lists again after a second.',
  }),
  watchRule('pages-with-continue', 'must', {
    demand: 'A list that comes in pages is read to its last page.',
    why: 'The objects of all other pages would count as deleted.',
    implies: [
      'snapshot/complete',
      'snapshot/required-types',
      'reference/namespace-uploaded',
      'reference/owner-uploaded',
      'reference/node-uploaded',
    ],
    breaks: 'The list has 300 Pods and a continue token; the agent uploads the first 100.',
    keeps: 'The list has 300 Pods and a continue token; the agent asks for the next page until there is no token.',
  }),
  watchRule('restarts-on-expired-continue', 'must', {
    demand: 'When a continue token has expired (410), the list is begun again.',
    why: 'Tokens expire after some minutes; the objects of the remaining pages would count as deleted.',
    implies: ['snapshot/complete', 'snapshot/required-types', 'reference/owner-uploaded'],
    breaks: 'The second page is answered 410; the agent uploads the first page as if it were all.',
    keeps:
      'The second page is answered 410; the agent lists again from the beginning, or with the token that came with it.',
  }),
  watchRule('bookmark-is-not-an-object', 'must', {
    demand: 'A BOOKMARK event never becomes an entry.',
    why: 'It has the kind of the watched objects and only a resourceVersion: DeepFlow would get an object without uid and name.',
    implies: ['snapshot/nothing-extra'],
    breaks: 'A bookmark of the Pods comes; the next upload has a Pod without name.',
    keeps: 'A bookmark of the Pods comes; the agent notes its resourceVersion and uploads nothing.',
  }),
  watchRule('opaque-resource-version', 'must', {
    demand: 'A resourceVersion is neither parsed as a number nor compared for order.',
    why: 'Kubernetes promises no form of it; servers with other stores behind them have other forms.',
    implies: [...lostChange, 'change/modified-appears', 'change/deleted-disappears'],
    breaks: 'The resourceVersion is "x7f-a2"; the agent takes it for 0 and drops every event as old.',
    keeps: 'The resourceVersion is "x7f-a2"; the agent hands it back as it came.',
  }),
  watchRule('token-rotation', 'should', {
    demand: 'After 401 the agent reads its token file again and goes on.',
    why: 'Tokens of service accounts are replaced about every hour.',
    implies: lostChange,
    breaks: 'The token is replaced; the agent is answered 401 until somebody restarts it.',
    keeps: 'The token is replaced; the agent reads the file again and watches on.',
  }),
  watchRule('forbidden-type', 'must', {
    demand:
      'Where one type is forbidden (403), error_msg names it, and changes of the other types are still uploaded or kept for later.',
    why: 'Permissions are taken away by mistake: nothing may be deleted for it, and somebody must be told which permission it is.',
    source: `${kubernetesConcepts}; ${document}: field error_msg`,
    implies: ['error/reported', 'error/no-partial-snapshot', 'snapshot/complete'],
    breaks: 'Listing Services is forbidden; the agent uploads no Services, and DeepFlow deletes them all.',
    keeps: 'Listing Services is forbidden; error_msg says "services", and the Services known before stay.',
  }),
  watchRule('reads-only', 'should', {
    demand: 'The agent only gets, lists and watches, and only what it needs.',
    why: 'An agent that needs less may be allowed less: the report prints the smallest ClusterRole that would have sufficed.',
    source:
      'DeepFlow documentation, special environment deployment, part "特殊 K8s 资源或 CRD": verbs get, list, watch',
    breaks: 'The agent lists Secrets, or creates a Lease.',
    keeps: 'The agent lists and watches Nodes, Namespaces, Pods, workloads, Services and Ingresses.',
  }),
];
