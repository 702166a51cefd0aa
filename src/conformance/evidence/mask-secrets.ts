/** Tells that something is there, and how long it is. */
function mask(text: string): string {
  return `*** (${text.length} characters)`;
}

const credential = /token|passw|pwd|secret|authorization|credential|api[-_.]?key|private[-_.]?key|access[-_.]?key/i;
/** Names, places and kinds of credentials, which are not secret themselves. */
const aboutCredential = /(?:name|namespace|path|file|kind|type|url|ref|seconds|expiration)$/i;

const inText: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, '*** (private key)'],
  [/\beyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?/g, '*** (token)'],
  [
    /((?:token|password|passwd|pwd|secret|api[-_]?key|access[-_]?key|authorization)["']?\s*[=:]\s*)(?:(?:bearer|basic)\s+)?(?!\*\*\*)(?:"[^"]*"|'[^']*'|[^\s"',;&]+)/gi,
    '$1***',
  ],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, '$1 ***'],
  [/(:\/\/[^\s:/@]*:)[^\s@/]+@/g, '$1***@'],
];

/** Text without what looks like a credential: bearer tokens, JSON web tokens, private keys, `password=...`, `user:...@host`. */
export function maskText(text: string): string {
  return inText.reduce((before, [pattern, by]) => before.replaceAll(pattern, by), text);
}

/** Words of a command without what looks like a credential, also as a word of its own behind its option. */
export function maskCommand(words: readonly string[]): readonly string[] {
  return words.map((word, index) => {
    const before = words[index - 1] ?? '';
    const follows =
      before.startsWith('-') && !before.includes('=') && credential.test(before) && !aboutCredential.test(before);
    return follows && !word.startsWith('-') ? '***' : maskText(word);
  });
}

/** Deeper levels are not worth showing, and may be too deep to walk. */
const maxDepth = 64;

/**
 * A JSON value without what nobody should read: data of Secrets and ConfigMaps, values of environment variables, fields
 * whose names tell of credentials, annotations that hold a whole object, and credentials within texts.
 *
 * @param type type string of the entry, for objects without `kind`
 */
export function maskSecrets(value: unknown, type = ''): unknown {
  return maskValue(value, '', /(?:Secret|ConfigMap)$/.test(type), 0);
}

function maskValue(value: unknown, key: string, hasData: boolean, depth: number): unknown {
  if (typeof value === 'string') {
    if (key === 'kubectl.kubernetes.io/last-applied-configuration') return mask(value);
    return value !== '' && credential.test(key) && !aboutCredential.test(key) ? mask(value) : maskText(value);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= maxDepth) return '... (deeper levels are not shown)';
  if (Array.isArray(value)) {
    return value.map((item) => (key === 'env' ? maskVariable(item, depth) : maskValue(item, key, hasData, depth + 1)));
  }
  const object = value as Readonly<Record<string, unknown>>;
  const hides = hasData || object.kind === 'Secret' || object.kind === 'ConfigMap';
  return Object.fromEntries(
    Object.entries(object).map(([name, item]) => [
      name,
      hides && /^(?:data|stringData|binaryData)$/.test(name) ? maskAll(item) : maskValue(item, name, hides, depth + 1),
    ]),
  );
}

/** One of a container's `env`: `{name, value}`. */
function maskVariable(item: unknown, depth: number): unknown {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return maskAll(item);
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      name === 'value' ? maskAll(value) : maskValue(value, name, false, depth + 1),
    ]),
  );
}

/** Keys stay, values go. */
function maskAll(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return value === null ? null : mask(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mask(String(item))]));
}
