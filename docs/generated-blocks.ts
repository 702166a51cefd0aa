import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { catalogue } from '../src/conformance/catalogue.js';
import { changed, exampleSnapshot, upload, without } from '../src/conformance/rules/common/example-upload.js';
import { runExample } from '../src/conformance/run-example.js';
import { catalogueMarkdown } from '../src/report/rule-text.js';
import { createStyle } from '../src/report/style.js';
import { verdictText } from '../src/report/verdict-text.js';
import { selfChecks } from '../src/server/self-check/check-answer.js';
import { packageFile } from '../src/wire/package-file.js';
import { coverageBlocks } from './coverage-tables.js';
import type { GeneratedBlock } from './generated-block.js';
import { selfCheckBlock } from './self-check-table.js';

/** Every part of the documents that code writes. Needs a build. */
export async function generatedBlocks(): Promise<readonly GeneratedBlock[]> {
  return [
    { file: 'docs/rules.md', name: 'rules', text: catalogueMarkdown(catalogue()) },
    { file: 'README.md', name: 'demo', text: consoleBlock(await demoOutput()) },
    { file: 'README.md', name: 'failure', text: consoleBlock(await failureOutput()) },
    { file: 'README.md', name: 'replay', text: consoleBlock(await replayOutput()) },
    selfCheckBlock(selfChecks),
    ...coverageBlocks(),
  ];
}

function consoleBlock(text: string): string {
  return `\`\`\`console\n${text.trim()}\n\`\`\``;
}

const run = promisify(execFile);
const withoutColour = { env: { ...process.env, NO_COLOR: '1' } };

/** What `npm run demo` prints, but for the replay, which has a block of its own. */
async function demoOutput(): Promise<string> {
  const { stdout } = await run(process.execPath, [packageFile('dist/examples/demo/demo.js')], withoutColour);
  return stdout.slice(0, stdout.indexOf('$ plumbline replay'));
}

/** The verdict on an upload that lacks its version and its owner references, and holds an entry in gzip. */
async function failureOutput(): Promise<string> {
  const entries = changed(without(exampleSnapshot(), '*version.Info'), '*v1.ReplicaSet', (replicaSet) => {
    const { ownerReferences, ...metadata } = replicaSet.metadata as { ownerReferences: readonly unknown[] };
    return { ...replicaSet, metadata: { ...metadata, ownerReferences: ownerReferences[0] } };
  });
  const gzipped = { type: '*v1.ConfigMap', bytes: gzipSync('{"metadata":{"uid":"1","name":"settings"}}') };
  const example = { calls: [upload({ entries: [...entries, gzipped] })] };
  const verdict = await runExample(example, { compat: 'v7', rules: catalogue() });
  return verdictText(verdict, createStyle(false), 1);
}

/** What a replay says of MACVlan captured in the mode that does not fit it. */
async function replayOutput(): Promise<string> {
  const site = 'capture-fixtures/macvlan/same/site.yaml';
  const args = [packageFile('bin/plumbline.js'), 'replay', site, '--set', 'tap_mode=0'];
  const options = { ...withoutColour, cwd: packageFile('.') };
  // The exit code is 1: coverage is not as expected.
  const failed: unknown = await run(process.execPath, args, options).catch((error: unknown) => error);
  const stdout = String((failed as { readonly stdout?: unknown }).stdout);
  return `$ plumbline replay ${site} --set tap_mode=0\n\n${stdout}`;
}
