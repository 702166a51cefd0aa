import { catalogue } from '../../conformance/catalogue.js';
import { catalogueJson, catalogueMarkdown, catalogueText } from '../../report/rule-text.js';
import { ExitCode } from '../exit-code.js';
import { oneOf } from '../options.js';
import type { Terminal } from '../terminal.js';

export function rules(terminal: Terminal, options: { format: string }): ExitCode {
  const format = oneOf('--format', options.format, ['table', 'json', 'markdown']);
  const write = {
    table: () => catalogueText(catalogue(), terminal.style),
    json: () => catalogueJson(catalogue()),
    markdown: () => catalogueMarkdown(catalogue()),
  };
  terminal.out(write[format]());
  return ExitCode.Good;
}
