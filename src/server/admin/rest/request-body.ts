import { z } from 'zod';
import { isDeeperThan } from '../../../wire/json-depth.js';
import { failure, type RestAnswer, type RestStatus } from './envelope.js';

export type Body<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly answer: RestAnswer };

const maxJsonBytes = 64 * 1024;
/** Far more than any body needs; what handles them goes down level by level. */
const maxJsonLevels = 64;

/**
 * A body as text. deepflow-ctl and curl call YAML and JSON a form; bodies that are encoded or in parts are refused, as
 * their bytes are not the document.
 */
export async function readText(request: Request, maxBytes: number, status: RestStatus): Promise<Body<string>> {
  const type = request.headers.get('content-type') ?? '';
  const encoding = request.headers.get('content-encoding') ?? 'identity';
  if (/^multipart\//i.test(type) || encoding.toLowerCase() !== 'identity') {
    const found = /^multipart\//i.test(type)
      ? `the content type ${type.slice(0, 80)}`
      : `the content encoding ${encoding}`;
    const hint = 'with curl: --data-binary @FILE';
    return refused(failure(status, `found ${found}, expected the document as it is (${hint})`, 415));
  }
  const bytes = await readBytes(request, maxBytes);
  if (bytes === null) {
    const said = request.headers.get('content-length');
    const found = said === null ? 'is larger' : `has ${said} bytes`;
    return refused(failure(status, `the body ${found}, expected at most ${maxBytes} bytes`, 413));
  }
  try {
    return { ok: true, value: new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes) };
  } catch {
    return refused(failure(status, 'the body is not text in UTF-8'));
  }
}

/** A JSON body whose keys are in capitals, whatever they were: the real server matches them in any case. */
export async function readJson<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
  status: RestStatus,
  maxBytes = maxJsonBytes,
): Promise<Body<z.output<Schema>>> {
  const text = await readText(request, maxBytes, status);
  if (!text.ok) return text;
  if (isDeeperThan(Buffer.from(text.value), maxJsonLevels)) {
    return refused(failure(status, `the body is nested deeper than ${maxJsonLevels} levels`));
  }
  let value: unknown;
  try {
    value = JSON.parse(text.value);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return refused(failure(status, `the body is no JSON: ${problem}`));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refused(failure(status, 'the body is no JSON object, expected {"KEY": value, ...}'));
  }
  const parsed = schema.safeParse(withCapitals(value as Readonly<Record<string, unknown>>));
  if (parsed.success) return { ok: true, value: parsed.data };
  const [issue] = parsed.error.issues;
  return refused(failure(status, `${issue?.path.join('.') || 'the body'}: ${issue?.message ?? 'it does not fit'}`));
}

/** null where it is larger. */
async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array | null> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return null;
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A key that is given in capitals wins over its other spellings. */
function withCapitals(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const others = Object.entries(value).filter(([key]) => key !== key.toUpperCase());
  const exact = Object.entries(value).filter(([key]) => key === key.toUpperCase());
  return Object.fromEntries([...others.map(([key, each]) => [key.toUpperCase(), each]), ...exact]);
}

function refused(answer: RestAnswer): { readonly ok: false; readonly answer: RestAnswer } {
  return { ok: false, answer };
}

/** Text, or a number that stands for it. */
export const nameField = z.union([z.string(), z.number().transform(String)]);
/** 0 and 1, or true and false. */
export const flagField = z
  .union([z.boolean(), z.literal(0), z.literal(1)])
  .transform((value) => value === true || value === 1);
