import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { packageFile } from '../../../src/wire/package-file.js';

/** A validator for a schema in a package of npm; a text where the package is not installed. */
export async function officialSchema(packageName: string, path: string): Promise<ValidateFunction | string> {
  const file = packageFile(`node_modules/${packageName}/${path}`);
  if (!existsSync(file)) return `the package ${packageName} is not installed; the restated part of its schema is tried`;
  const { $schema: _draft, id: _id, ...schema } = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  return validator(schema);
}

export function validator(schema: object): ValidateFunction {
  // Published schemas hold patterns that only the old syntax of regular expressions takes.
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats.default(ajv);
  return ajv.compile(schema);
}
