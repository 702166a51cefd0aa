import { stringify, visit } from 'yaml';
import type { MessageInput } from '../wire/message-types.js';
import { checkValue, isMapping } from './check-value.js';
import type { ConfigField, Generation, KeyForm } from './configuration-key.js';
import { configurationKeys } from './configuration-keys.js';
import { type ConfigurationDocument, readConfiguration } from './read-configuration.js';

/**
 * What the server sets in the configuration of a group, whatever that says: an agent under test that is sent the group of
 * somebody's production must not leave for there.
 */
export interface ServerFacts {
  /** Where the agent is to talk to from now on; its own default would be 127.0.0.1:30035. */
  readonly controller: { readonly ip: string; readonly port: number };
  /** Where it is to send data. */
  readonly ingester: { readonly ip: string; readonly port: number };
}

export type RenderedConfiguration =
  /** `user_config` of agents since v6.6.9. */
  | { readonly generation: 'v7'; readonly userConfig: string }
  /** Fields of `config`, and its `local_config`, of agents up to v6.5. */
  | { readonly generation: 'v6.5'; readonly config: OldConfig; readonly localConfig: string };

export type OldConfig = Partial<NonNullable<MessageInput<'trident.SyncResponse'>['config']>>;

/**
 * What an agent receives of the configuration of its group. As with the real server, v7 is sent what was stored, with no
 * default filled in and nothing left out, and the addresses; v6.5 is sent every flat key, its
 * default where the group does not set it, and the section `static_config` as it is.
 *
 * @param yaml null where the group has none
 * @throws RangeError if `yaml` is none that the server would have taken
 */
export function renderForAgent(
  generation: 'v7',
  yaml: string | null,
  facts: ServerFacts,
): Extract<RenderedConfiguration, { generation: 'v7' }>;
export function renderForAgent(
  generation: 'v6.5',
  yaml: string | null,
  facts: ServerFacts,
): Extract<RenderedConfiguration, { generation: 'v6.5' }>;
export function renderForAgent(generation: Generation, yaml: string | null, facts: ServerFacts): RenderedConfiguration {
  const document = yaml === null ? null : storedDocument(yaml);
  const exact = document === null ? {} : exactly(document);
  if (generation === 'v7') return { generation, userConfig: textOf(withAddresses(exact, facts)) };
  const stored = document?.root ?? {};
  const staticConfig = exact.static_config;
  const localConfig = isMapping(staticConfig) && Object.keys(staticConfig).length > 0 ? textOf(staticConfig) : '';
  return { generation, config: oldConfig(stored, facts), localConfig };
}

type Mapping = Readonly<Record<string, unknown>>;

function storedDocument(yaml: string): ConfigurationDocument {
  const read = readConfiguration(yaml);
  if (read.ok) return read.document;
  const [first] = read.findings;
  throw new RangeError(`The group configuration cannot be used: found ${first?.found}, expected ${first?.expected}.`);
}

/** The document's values, with whole numbers that JavaScript's own cannot hold. */
function exactly({ root, yaml }: ConfigurationDocument): Mapping {
  let isExact = true;
  visit(yaml, {
    Scalar: (_, scalar) => {
      if (typeof scalar.value !== 'number' || !/^[-+]?\d{16,}$/.test(scalar.source ?? '')) return;
      isExact = false;
      scalar.value = BigInt(scalar.source ?? 0);
    },
  });
  return isExact ? root : (yaml.toJS({ maxAliasCount: -1 }) as Mapping);
}

function withAddresses(stored: Mapping, { controller, ingester }: ServerFacts): Mapping {
  const global = mappingAt(stored, 'global');
  const communication = {
    ...mappingAt(global, 'communication'),
    proxy_controller_ip: controller.ip,
    proxy_controller_port: controller.port,
    ingester_ip: ingester.ip,
    ingester_port: ingester.port,
  };
  return { ...stored, global: { ...global, communication } };
}

function oldConfig(stored: Mapping, { controller, ingester }: ServerFacts): OldConfig {
  const config: Record<string, unknown> = {};
  const addresses: Mapping = {
    proxy_controller_ip: controller.ip,
    proxy_controller_port: controller.port,
    analyzer_ip: ingester.ip,
    analyzer_port: ingester.port,
  };
  for (const key of configurationKeys) {
    const form = key['v6.5'];
    if (form?.field === undefined) continue;
    setField(config, form.field, fieldValue(form, addresses[form.name] ?? stored[form.name] ?? form.default));
  }
  // The table's test holds each field against the .proto file.
  return config as OldConfig;
}

/**
 * A value as its field carries it; the default where the field could not. What only the agent finds wrong it is sent: an
 * expression that does not compile, a number out of range.
 */
function fieldValue(form: KeyForm, value: unknown): unknown {
  const fits = checkValue(form.type, value).every(({ kind }) => kind === 'range' || kind === 'regex');
  const taken = fits ? value : form.default;
  switch (form.type.kind) {
    case 'switch':
      return taken === 1;
    case 'integer':
      return unsigned(taken) * (form.field?.times ?? 1);
    case 'choice':
      return form.type.choices.some((choice) => choice.value === taken) ? enumName(taken) : enumName(form.default);
    case 'list':
      return Array.isArray(taken) ? taken.map((item) => (typeof item === 'number' ? unsigned(item) : item)) : [];
    default:
      return taken;
  }
}

/** As Go makes an unsigned number of 32 bits of any other. */
function unsigned(value: unknown): number {
  return typeof value === 'number' ? value >>> 0 : 0;
}

/** `load15` is `Load15` among the names of the .proto file; those in capitals, and numbers, are what they are. */
function enumName(value: unknown): unknown {
  return value === 'free' || value === 'available' || (typeof value === 'string' && value.startsWith('load'))
    ? `${value.slice(0, 1).toUpperCase()}${value.slice(1)}`
    : value;
}

function setField(config: Record<string, unknown>, { name }: ConfigField, value: unknown): void {
  const [first = '', second] = name.split('.');
  config[first] = second === undefined ? value : { ...mappingAt(config, first), [second]: value };
}

function mappingAt(parent: Mapping, key: string): Mapping {
  const value = parent[key];
  return isMapping(value) ? value : {};
}

function textOf(mapping: Mapping): string {
  return stringify(mapping, { aliasDuplicateObjects: false, lineWidth: 0 });
}
