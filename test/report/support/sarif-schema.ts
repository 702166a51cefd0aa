/** The part of SARIF 2.1.0 that our logs use, restated: what is required, what is allowed, and which values. */
const text = { type: 'string' };
const message = object({ text, markdown: text }, ['text']);
const level = { enum: ['none', 'note', 'warning', 'error'] };
const properties = { type: 'object', properties: { tags: { type: 'array', items: text, uniqueItems: true } } };

const location = object({
  message,
  physicalLocation: object({
    artifactLocation: object({ uri: { type: 'string', format: 'uri-reference' } }),
    region: object({ startLine: { type: 'integer', minimum: 1 } }),
  }),
  logicalLocations: {
    type: 'array',
    uniqueItems: true,
    items: object({ name: text, fullyQualifiedName: text, kind: text }),
  },
});

const descriptor = object(
  {
    id: text,
    shortDescription: message,
    fullDescription: message,
    help: message,
    defaultConfiguration: object({ level, enabled: { type: 'boolean' } }),
    properties,
  },
  ['id'],
);

const result = object(
  {
    ruleId: text,
    ruleIndex: { type: 'integer', minimum: -1 },
    kind: { enum: ['notApplicable', 'pass', 'fail', 'review', 'open', 'informational'] },
    level,
    message,
    locations: { type: 'array', items: location },
    partialFingerprints: { type: 'object', additionalProperties: text },
    baselineState: { enum: ['new', 'unchanged', 'updated', 'absent'] },
    suppressions: {
      type: 'array',
      uniqueItems: true,
      items: object(
        {
          kind: { enum: ['inSource', 'external'] },
          status: { enum: ['accepted', 'underReview', 'rejected'] },
          justification: text,
        },
        ['kind'],
      ),
    },
    properties,
  },
  ['message'],
);

const notification = object(
  {
    message,
    level,
    descriptor: object({ id: text }),
    associatedRule: object({ id: text, index: { type: 'integer', minimum: -1 } }),
  },
  ['message'],
);

const invocation = object(
  {
    executionSuccessful: { type: 'boolean' },
    arguments: { type: 'array', items: text },
    startTimeUtc: { type: 'string', format: 'date-time' },
    endTimeUtc: { type: 'string', format: 'date-time' },
    toolExecutionNotifications: { type: 'array', items: notification },
    toolConfigurationNotifications: { type: 'array', items: notification },
  },
  ['executionSuccessful'],
);

const driver = object(
  { name: text, semanticVersion: text, rules: { type: 'array', uniqueItems: true, items: descriptor } },
  ['name'],
);

const run = object(
  {
    tool: object({ driver }, ['driver']),
    automationDetails: object({ id: text }),
    columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
    invocations: { type: 'array', items: invocation },
    results: { type: 'array', items: result },
  },
  ['tool'],
);

export const sarifSchema = object(
  { $schema: { type: 'string', format: 'uri' }, version: { const: '2.1.0' }, runs: { type: 'array', items: run } },
  ['version', 'runs'],
);

function object(members: Readonly<Record<string, object>>, required: readonly string[] = []): object {
  return { type: 'object', properties: members, required, additionalProperties: false };
}
