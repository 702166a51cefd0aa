import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskCommand, maskSecrets, maskText } from '../../../src/conformance/evidence/mask-secrets.js';

const secret = 'correct-horse-battery';

describe('maskSecrets', () => {
  it.each([
    ['data of a Secret', { kind: 'Secret', metadata: { name: 's' }, data: { key: secret } }, ''],
    ['text data of a Secret', { kind: 'Secret', stringData: { key: secret } }, ''],
    ['data of a ConfigMap known by its type only', { metadata: {}, data: { 'a.ini': secret } }, '*v1.ConfigMap'],
    ['binary data of a ConfigMap in a List', { items: [{ kind: 'ConfigMap', binaryData: { a: secret } }] }, ''],
    ['environment of a container', { spec: { containers: [{ name: 'c', env: [{ name: 'A', value: secret }] }] } }, ''],
    ['environment in an odd shape', { env: [secret, [secret], { value: { deep: secret } }] }, ''],
    ['a field named after a credential', { spec: { dbPassword: secret, apiKey: secret, token: secret } }, ''],
    ['an annotation that holds the object', { 'kubectl.kubernetes.io/last-applied-configuration': secret }, ''],
    ['an argument', { args: [`--password=${secret}`, `--token ${'x'}`] }, ''],
    ['a bearer token in a text', { message: `Authorization: Bearer ${secret}` }, ''],
    ['an address with a password', { url: `postgres://root:${secret}@db/shop` }, ''],
  ])('masks %s', (_, value, type) => {
    const text = JSON.stringify(maskSecrets(value, type));
    expect(text).not.toContain(secret);
    expect(text).toContain('***');
  });

  it('keeps what tells of credentials without being one', () => {
    const value = {
      metadata: { name: 'cart', uid: '1', labels: { app: 'cart' } },
      spec: {
        serviceAccountName: 'cart',
        imagePullSecrets: [{ name: 'registry' }],
        volumes: [{ secret: { secretName: 'tls' } }],
        containers: [{ name: 'c', env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'db', key: 'user' } } }] }],
      },
    };
    expect(maskSecrets(value)).toEqual(value);
  });

  it('masks wherever a Secret stands, and changes nothing else of the shape', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(fc.string(), { maxLength: 5 }), (around, path) => {
        const hidden = { kind: 'Secret', data: { key: secret }, around };
        const nested = path.reduce<unknown>((inner, key) => ({ [key]: inner }), hidden);
        const masked = maskSecrets(nested);
        expect(JSON.stringify(masked)).not.toContain(secret);
        expect(Object.keys(masked as object)).toEqual(Object.keys(nested as object));
      }),
    );
  });

  it('is not led astray by depth', () => {
    let deep: unknown = { token: secret };
    for (let level = 0; level < 20_000; level++) deep = [deep];
    expect(JSON.stringify(maskSecrets(deep))).toContain('deeper levels are not shown');
  });
});

describe('maskText', () => {
  it('masks tokens and private keys', () => {
    const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZ2VudCJ9.c2lnbmF0dXJl';
    const key = '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----';
    const masked = maskText(`token ${jwt}; ${key}; password: "hunter2"; secret=abc&x=1`);
    expect(masked).toBe('token *** (token); *** (private key); password: ***; secret=***&x=1');
  });

  it('leaves plain words as they are', () => {
    const text = 'The Secret tls of namespace shop has no token. Passwords are not checked: see /docs.';
    expect(maskText(text)).toBe(text);
  });
});

describe('maskCommand', () => {
  it('masks credentials within words, and behind their options', () => {
    const words = [
      './agent',
      '--token',
      'abc',
      '--password=def',
      '--token-file',
      '/run/token',
      '--secret',
      '--verbose',
    ];
    expect(maskCommand(words)).toEqual([
      ...['./agent', '--token', '***', '--password=***', '--token-file', '/run/token', '--secret', '--verbose'],
    ]);
  });
});
