import { readFileSync, statSync } from 'node:fs';
import type { PluginFile } from '../server/streams/plugin.js';
import type { AgentFiles } from '../server/streams/stream-services.js';
import type { UpgradeOffer } from '../server/streams/upgrade.js';
import { causeText } from './cause-text.js';
import { PlumblineError } from './plumbline-error.js';

export interface AgentFileOptions {
  readonly upgrade?: string;
  readonly upgradeImage?: string;
  readonly plugin: readonly string[];
}

/**
 * What agents can fetch, of `--upgrade`, `--upgrade-image` and `--plugin`.
 *
 * @throws PlumblineError (bad input) where an option says too little, or a file cannot be read
 */
export function agentFiles(options: AgentFileOptions): AgentFiles {
  const upgrade = upgradeOffer(options);
  const plugins = options.plugin.map(pluginFile);
  const twice = plugins.find(({ name }, index) => plugins.findIndex((other) => other.name === name) !== index);
  if (twice !== undefined) {
    throw PlumblineError.badInput(`--plugin: ${twice.name} is given twice.`, 'Agents ask for a plugin by its name.');
  }
  return { ...(upgrade === null ? {} : { upgrade }), ...(plugins.length === 0 ? {} : { plugins }) };
}

function upgradeOffer({ upgrade, upgradeImage: image }: AgentFileOptions): UpgradeOffer | null {
  if (upgrade === undefined) {
    if (image === undefined) return null;
    throw PlumblineError.badInput(
      '--upgrade-image needs --upgrade REVISION, too.',
      'Agents are told the revision; those in Kubernetes then ask for the image.',
    );
  }
  const [revision, file] = split(upgrade);
  if (revision === '' || (file === null && image === undefined)) {
    throw PlumblineError.badInput(
      `--upgrade: ${JSON.stringify(upgrade)} is not REVISION=FILE.`,
      'E.g. --upgrade "main 1234-abcdef=./deepflow-agent"; without =FILE where --upgrade-image says what agents in Kubernetes run.',
    );
  }
  return {
    revision,
    ...(file === null ? {} : { package: contentOf('--upgrade', file).content }),
    ...(image === undefined ? {} : { image }),
  };
}

function pluginFile(option: string): PluginFile {
  const [name, file] = split(option);
  if (name === '' || file === null) {
    const hint = 'E.g. --plugin http_status=./http_status.wasm; a file that ends in .so is a shared object.';
    throw PlumblineError.badInput(`--plugin: ${JSON.stringify(option)} is not NAME=FILE.`, hint);
  }
  return { name, type: file.endsWith('.so') ? 'SO' : 'WASM', ...contentOf('--plugin', file) };
}

function split(option: string): readonly [string, string | null] {
  const at = option.indexOf('=');
  return at === -1 ? [option, null] : [option.slice(0, at), option.slice(at + 1)];
}

function contentOf(option: string, file: string): { readonly content: Buffer; readonly updateTime: number } {
  try {
    const content = readFileSync(file);
    if (content.length === 0) throw new Error('it is empty');
    return { content, updateTime: Math.floor(statSync(file).mtimeMs / 1000) };
  } catch (cause) {
    throw PlumblineError.badInput(`${option}: ${file} cannot be read: ${causeText(cause)}.`, undefined, cause);
  }
}
