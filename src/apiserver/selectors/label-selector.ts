import { badRequest } from '../api-error.js';

type Labels = Readonly<Record<string, unknown>>;

/** Whether an object is meant; null selects all. */
export type LabelSelector = ((labels: Labels) => boolean) | null;

const keyPattern = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const valuePattern = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

/**
 * Reads `a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1`.
 * @throws ApiError 400
 */
export function readLabelSelector(text: string | undefined): LabelSelector {
  if (text === undefined || text.trim() === '') return null;
  const requirements = splitOutsideParentheses(text).map((each) => readRequirement(each.trim(), text));
  return (labels) => requirements.every((holds) => holds(labels));
}

function readRequirement(text: string, whole: string): (labels: Labels) => boolean {
  const set = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(text);
  if (set !== null) {
    const [, key = '', operator, list = ''] = set;
    checkKey(key, whole);
    const values = new Set(list.split(',').map((value) => checkValue(value.trim(), whole)));
    return operator === 'in'
      ? (labels) => Object.hasOwn(labels, key) && values.has(String(labels[key]))
      : (labels) => !Object.hasOwn(labels, key) || !values.has(String(labels[key]));
  }
  const comparison = /^([^\s!=<>]+)\s*(==|=|!=|>|<)\s*(\S*)$/.exec(text);
  if (comparison !== null) {
    const [, key = '', operator, value = ''] = comparison;
    checkKey(key, whole);
    checkValue(value, whole);
    if (operator === '!=') return (labels) => !Object.hasOwn(labels, key) || labels[key] !== value;
    if (operator === '>' || operator === '<') return numeric(key, operator, value, whole);
    return (labels) => Object.hasOwn(labels, key) && labels[key] === value;
  }
  const absent = text.startsWith('!');
  const key = absent ? text.slice(1).trim() : text;
  checkKey(key, whole);
  return (labels) => Object.hasOwn(labels, key) !== absent;
}

function numeric(key: string, operator: '>' | '<', value: string, whole: string): (labels: Labels) => boolean {
  const limit = Number(value);
  if (!/^-?\d+$/.test(value)) throw unreadable(whole, `for '>', '<' operators, the value must be an integer`);
  return (labels) => {
    const text = Object.hasOwn(labels, key) ? String(labels[key]) : '';
    if (!/^-?\d+$/.test(text)) return false;
    return operator === '>' ? Number(text) > limit : Number(text) < limit;
  };
}

function splitOutsideParentheses(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '(') depth += 1;
    else if (char === ')') depth -= 1;
    else if (char === ',' && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

function checkKey(key: string, whole: string): void {
  if (!keyPattern.test(key)) throw unreadable(whole, `${JSON.stringify(key)} is no label key`);
}

function checkValue(value: string, whole: string): string {
  if (!valuePattern.test(value)) throw unreadable(whole, `${JSON.stringify(value)} is no label value`);
  return value;
}

function unreadable(whole: string, why: string): Error {
  return badRequest(`unable to parse requirement: ${why} (in ${JSON.stringify(whole)})`);
}
