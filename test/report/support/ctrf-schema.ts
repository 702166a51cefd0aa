/** The part of the Common Test Report Format that our reports use, restated. */
const text = { type: 'string', minLength: 1 };
const count = { type: 'integer', minimum: 0 };
const counts = ['tests', 'passed', 'failed', 'skipped', 'pending', 'other', 'start', 'stop'];

const test = object(
  {
    name: text,
    status: { enum: ['passed', 'failed', 'skipped', 'pending', 'other'] },
    duration: count,
    suite: { type: 'array', minItems: 1, items: { type: 'string' } },
    message: { type: 'string' },
    trace: { type: 'string' },
    rawStatus: { type: 'string' },
    type: { type: 'string' },
    tags: { type: 'array', items: { type: 'string' } },
    extra: { type: 'object' },
  },
  ['name', 'status', 'duration'],
);

export const ctrfSchema = object(
  {
    reportFormat: { const: 'CTRF' },
    specVersion: { type: 'string', pattern: '^[0-9]+\\.[0-9]+\\.[0-9]+$' },
    generatedBy: { type: 'string' },
    results: object(
      {
        tool: object({ name: text, version: { type: 'string' } }, ['name']),
        summary: object(Object.fromEntries([...counts, 'duration'].map((name) => [name, count])), counts),
        tests: { type: 'array', items: test },
        extra: { type: 'object' },
      },
      ['tool', 'summary', 'tests'],
    ),
  },
  ['reportFormat', 'specVersion', 'results'],
);

function object(members: Readonly<Record<string, object>>, required: readonly string[]): object {
  return { type: 'object', properties: members, required, additionalProperties: false };
}
