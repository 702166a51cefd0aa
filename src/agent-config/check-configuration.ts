import { checkResourceList } from './check-resource-list.js';
import { checkValue, isMapping, type Misfit } from './check-value.js';
import type { ConfigurationFinding, FindingKind } from './configuration-finding.js';
import type { Generation } from './configuration-key.js';
import { counterpartName, type KnownKey, keySets, otherGeneration } from './configuration-keys.js';
import { resourceListNames } from './keys/resource-keys.js';
import { groupKeys } from './keys.js';
import { nearestName } from './nearest-name.js';
import { type ConfigurationDocument, readConfiguration } from './read-configuration.js';

/** Findings of one document beyond these are counted, not told. */
const maxFindings = 100;

/**
 * What the real server does not tell of a document: keys that nobody reads, values that do not fit, lists that lose
 * defaults. Takes bounded time and memory, whatever the text is. Never throws.
 *
 * @returns in the order of the text; with an `error` among them, the server does not take the document
 */
export function checkConfiguration(text: string, generation: Generation): readonly ConfigurationFinding[] {
  const read = readConfiguration(text);
  if (!read.ok) return read.findings;
  return checkDocument(read.document, generation);
}

/** As `checkConfiguration`, of a document that was read. */
export function checkDocument(
  document: ConfigurationDocument,
  generation: Generation,
): readonly ConfigurationFinding[] {
  const check = createCheck(document, generation);
  check.section(document.root, []);
  return [...document.warnings, ...check.findings()];
}

type Path = readonly string[];

interface Told {
  readonly kind: FindingKind;
  readonly path: readonly (string | number)[];
  readonly atKey: boolean;
  readonly found: string;
  readonly expected: string;
  readonly hint: string;
}

interface Check {
  section(section: Readonly<Record<string, unknown>>, path: Path): void;
  findings(): readonly ConfigurationFinding[];
}

function createCheck(document: ConfigurationDocument, generation: Generation): Check {
  const keys = keySets[generation];
  const other = otherGeneration(generation);
  const otherKeys = keySets[other];
  const told: ConfigurationFinding[] = [];
  let untold = 0;

  function tell(severity: ConfigurationFinding['severity'], { path, atKey, ...rest }: Told): void {
    if (told.length >= maxFindings && severity !== 'error') {
      untold += 1;
      return;
    }
    const { line, column } = document.position(path, atKey);
    told.push({ severity, key: keyText(path), line, column, ...rest });
  }

  function section(mapping: Readonly<Record<string, unknown>>, path: Path): void {
    for (const [step, value] of Object.entries(mapping)) {
      const at = [...path, step];
      const name = at.join('.');
      const known = keys.get(name);
      if (known !== undefined && !step.includes('.')) leaf(known, value, at);
      else if (generation === 'v6.5' && groupKeys.includes(name)) continue;
      else if (keys.isSection(name) && !step.includes('.')) subsection(value, at, name);
      else foreign(value, at, name);
    }
  }

  function subsection(value: unknown, path: Path, name: string): void {
    if (isMapping(value)) section(value, path);
    if (isMapping(value) || value === null) return;
    const below = keys.names.filter((each) => each.startsWith(`${name}.`));
    const expected = `keys such as ${below[0]?.slice(name.length + 1)}`;
    const hint = 'Write the keys below it, two blanks further in.';
    wrong({ path: [], atKey: false, kind: 'type', found: JSON.stringify(value) ?? 'nothing', expected, hint }, path);
  }

  function leaf({ form, key }: KnownKey, value: unknown, path: Path): void {
    for (const misfit of checkValue(form.type, value)) wrong(misfit, path);
    if (form.name === resourceListNames[generation]) {
      for (const each of checkResourceList(value, generation)) {
        tell('warning', { ...each, path: [...path, ...each.path], atKey: false });
      }
    }
    if (key.replay?.id === 'decapProtocols') droppedTunnels(value, path);
  }

  /** The list takes the place of the default one. */
  function droppedTunnels(value: unknown, path: Path): void {
    if (!Array.isArray(value) || value.length === 0) return;
    const lost = [1, 2].filter((tunnel) => !value.includes(tunnel));
    if (lost.length === 0) return;
    const names = lost.map((tunnel) => `${tunnel} (${tunnel === 1 ? 'VXLAN' : 'IPIP'})`).join(' and ');
    const found = `a list without ${names}, which the default has`;
    const hint = `The list takes the place of the default [1, 2]. Add ${names} if those tunnels are there, too.`;
    tell('warning', { kind: 'drops-defaults', path, atKey: false, found, expected: 'the default list and more', hint });
  }

  function wrong(misfit: Misfit, path: Path): void {
    const at = [...path, ...misfit.path];
    // The server up to v6.5 reads the document into typed variables; agents of v7 do, and report INVALID_CONFIGURATION.
    const fatal = generation === 'v6.5' && misfit.kind === 'type';
    const kind = misfit.kind === 'type' || misfit.kind === 'range' ? 'wrong-value' : misfit.kind;
    tell(fatal ? 'error' : 'warning', { ...misfit, kind, path: at });
  }

  /** A key that this generation does not have. */
  function foreign(value: unknown, path: Path, name: string): void {
    const known = otherKeys.get(name);
    if (known !== undefined) {
      ofOtherGeneration(known, path, name);
    } else if (otherKeys.isSection(name) && isMapping(value) && Object.keys(value).length > 0) {
      for (const [step, each] of Object.entries(value)) foreign(each, [...path, step], `${name}.${step}`);
    } else {
      unknown(path, name);
    }
  }

  function ofOtherGeneration({ key }: KnownKey, path: Path, name: string): void {
    const instead = counterpartName(key, generation);
    const does = generation === 'v7' ? 'It is stored and does nothing.' : 'The server drops it.';
    const hint = instead === null ? `${generation} has nothing like it: remove it.` : writeAs(instead);
    const found = `${name}, a key of ${other}`;
    tell('warning', {
      kind: 'other-generation',
      path,
      atKey: true,
      found,
      expected: `keys of ${generation}`,
      hint: `${does} ${hint}`,
    });
  }

  function unknown(path: Path, name: string): void {
    const expected = `a key of agent groups of ${generation}`;
    const dotted = path.some((step) => step.includes('.')) ? (keys.get(name) ?? otherKeys.get(name)) : undefined;
    const instead = dotted === undefined ? null : counterpartName(dotted.key, generation);
    if (instead !== null) {
      const found = `${name}, several names in one key`;
      tell('warning', { kind: 'dotted-key', path, atKey: true, found, expected, hint: writeAs(instead) });
      return;
    }
    if (told.length >= maxFindings) {
      untold += 1;
      return;
    }
    const found = `the unknown key ${name.slice(0, 200)}`;
    tell('warning', { kind: 'unknown-key', path, atKey: true, found, expected, hint: unknownHint(name) });
  }

  function unknownHint(name: string): string {
    if (groupKeys.includes(name) || name === 'agent_group_id')
      return 'The path of the request names the group: remove it.';
    const near = nearestName(name, keys.names);
    if (near !== null) return `Did you mean ${near}?`;
    const elsewhere = nearestName(name, otherKeys.names);
    const meant = elsewhere === null ? undefined : otherKeys.get(elsewhere);
    const instead = meant === undefined ? null : counterpartName(meant.key, generation);
    if (instead !== null) return `Did you mean ${instead} (${elsewhere} in ${other})?`;
    return 'DeepFlow does not document it (up to v7.1): remove it, or correct its name.';
  }

  function writeAs(name: string): string {
    return name.includes('.') ? `Write ${name}, each name one level deeper than the one before.` : `Write ${name}.`;
  }

  return {
    section,
    findings: () => {
      const inOrder = told.toSorted((a, b) => a.line - b.line || a.column - b.column);
      return untold === 0 ? inOrder : [...inOrder, more(untold)];
    },
  };
}

function more(count: number): ConfigurationFinding {
  const found = `${count} more of the same kinds`;
  const hint = 'Correct those above first.';
  return { severity: 'warning', kind: 'more', key: '', line: 1, column: 1, found, expected: 'none', hint };
}

/** `decap_type[2]`, `static_config.kubernetes-resources[0].name`. */
function keyText(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}
