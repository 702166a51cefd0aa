import { type AgentMutant, patchesOf } from '../agent-mutant.js';

const api = patchesOf('kube-api.js');
const watcher = patchesOf('kube-watcher.js');

const refused = 'throw errorOf(response, await textOf(response));';
const followed = 'await follow(version);';
const caught = 'pause = failed(thrown);';
const bookmark = "if (event.type === 'BOOKMARK')";
/** So that no rule about uploads without names has anything to say. */
const named =
  "{ ...object, metadata: { ...object.metadata, uid: 'bookmark', name: 'bookmark', namespace: 'default' } }";

/** Agents that read the Kubernetes API in a wrong way. */
export const watchMutants: readonly AgentMutant[] = [
  {
    rule: 'watch/starts-at-list-version',
    name: 'from-zero',
    does: 'After a list it watches from resourceVersion 0.',
    scenario: 'list-stale',
    patches: [watcher('version ??= await list();', "version ??= (await list(), '0');")],
  },
  {
    rule: 'watch/resumes-from-bookmark-or-last',
    name: 'relists',
    does: 'It lists everything again whenever a watch ends.',
    scenario: 'watch-close',
    patches: [watcher(followed, `${followed} version = null;`)],
  },
  {
    rule: 'watch/relists-on-410-status',
    name: 'goes-on',
    does: 'A watch that is answered 410 is for it one that has ended: it watches again from the same version.',
    scenario: 'watch-gone-status',
    patches: [api(refused, `{ if (response.statusCode === 410) return; ${refused} }`)],
  },
  {
    rule: 'watch/relists-on-410-event',
    name: 'skips',
    does: 'It skips ERROR events.',
    scenario: 'watch-gone-event',
    patches: [watcher('throw new KubeError(Number(object.code),', 'continue; (Number(object.code),')],
  },
  {
    rule: 'watch/survives-close',
    name: 'ends',
    does: 'It takes the end of a watch for the end of its work.',
    scenario: 'watch-close',
    patches: [watcher(followed, `${followed} return;`)],
  },
  {
    rule: 'watch/survives-reset',
    name: 'ends',
    does: 'A watch whose connection breaks is not made again.',
    scenario: 'watch-reset',
    patches: [watcher(caught, `if (!(thrown instanceof KubeError)) return; ${caught}`)],
  },
  {
    rule: 'watch/survives-truncated-line',
    name: 'dies',
    does: 'It dies of half a line at the end of a stream.',
    scenario: 'watch-truncated-line',
    patches: [api('response.destroy();', "response.destroy(); if (rest !== '') process.exit(1);")],
  },
  {
    rule: 'watch/survives-split-characters',
    name: 'chunks',
    does: 'It decodes each chunk of a watch by itself.',
    scenario: 'watch-split-characters',
    patches: [api("of response.setEncoding('utf8')) {", 'of response) {')],
  },
  {
    rule: 'watch/survives-half-open',
    name: 'waits',
    does: 'It waits for ever for a stream that has fallen silent.',
    scenario: 'watch-half-open',
    patches: [watcher('(watchSeconds + 5) * 1000', '0')],
  },
  {
    rule: 'watch/honours-retry-after',
    name: 'at-once',
    does: 'It tries again after 20 ms whatever Retry-After says.',
    scenario: 'retry-after',
    patches: [
      watcher('return retryAfterSeconds > 0 ? retryAfterSeconds * 1000 :', 'return retryAfterSeconds > 0 ? 20 :'),
    ],
  },
  {
    rule: 'watch/pages-with-continue',
    name: 'first-page',
    does: 'It takes the first page of a list for all of it.',
    scenario: 'list-pages',
    patches: [watcher("if (typeof token !== 'string' || token === '')", '')],
  },
  {
    rule: 'watch/restarts-on-expired-continue',
    name: 'keeps-page',
    does: 'When the second page of a list has expired, it takes the first one for all of it.',
    scenario: 'list-expired-continue',
    patches: [watcher('next.clear();', 'break;')],
  },
  {
    rule: 'watch/bookmark-is-not-an-object',
    name: 'kept',
    does: 'It keeps the object of a bookmark as one of its type.',
    scenario: 'watch-bookmark',
    patches: [watcher(bookmark, `${bookmark} { put(objects, ${named}); settings.changed(); } if (false)`)],
  },
  {
    rule: 'watch/opaque-resource-version',
    name: 'numbers',
    does: 'It takes resourceVersions for numbers and drops events that are not newer.',
    scenario: 'watch-opaque-versions',
    patches: [
      watcher(
        'failures = 0;\n            version =',
        'failures = 0; if (!(Number(versionOf(object)) > Number(version))) continue;\n            version =',
      ),
    ],
  },
  {
    rule: 'watch/token-rotation',
    name: 'once',
    does: 'It reads its token once.',
    scenario: 'token-rotation',
    patches: [api('const token = access.token();', 'const token = (openKubeApi.token ??= access.token());')],
  },
  {
    rule: 'watch/forbidden-type',
    name: 'none',
    does: 'It takes a type that it may not list for one without objects.',
    scenario: 'forbidden-type',
    patches: [
      watcher(
        'failures++;',
        'failures++; if (thrown.status === 403) { objects = new Map(); listed = true; settings.changed(); return 1000; }',
      ),
    ],
  },
  {
    rule: 'watch/reads-only',
    name: 'secrets',
    does: 'It lists Secrets.',
    scenario: 'first-snapshot',
    patches: [
      watcher(
        "if (groupVersion === '')\n",
        "await api.get('/api/v1/secrets', signal).catch(() => {}); if (groupVersion === '')\n",
      ),
    ],
  },
];
