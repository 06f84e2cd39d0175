// Before a build: the contract of the box, as the page that shows it wants it. Subjects are the files
// under 1-paths; what is sent and answered becomes an outline, a field a line.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { load } from 'js-yaml';

const FOLDER = process.env.MNARA_CONTRACT ?? '../appliance/http/openapi';
const PATHS = '1-paths';
const MOST_DEEP = 8;

const read = (name) => readFileSync(join(FOLDER, name), 'utf8');
const parts = readdirSync(FOLDER, { recursive: true }).filter((name) => name.endsWith('.yaml'));
const contract = load(parts.sort().map(read).join(''));

function found(thing) {
  if (!thing?.$ref) return thing ?? {};
  const words = thing.$ref.replace('#/', '').split('/');
  return found(words.reduce((at, word) => at[word], contract));
}

/** A schema with its references followed and its parts put together. */
function whole(schema) {
  const { allOf, ...own } = found(schema);
  const all = [...(allOf ?? []).map(whole), own];
  return Object.assign({}, ...all, {
    properties: Object.assign({}, ...all.map((part) => part.properties)),
    required: all.flatMap((part) => part.required ?? []),
  });
}

function kind(schema) {
  const { type, enum: words, oneOf, nullable } = schema;
  const name = words?.join(' | ') ?? oneOf?.map((one) => kind(whole(one))).join(' or ') ?? type;
  const limits = [schema.minimum ?? schema.minLength, schema.maximum ?? schema.maxLength];
  const range = limits.some((limit) => limit !== undefined) ? ` ${limits.join('..')}` : '';
  return `${name ?? 'anything'}${range}${nullable ? ' or null' : ''}`;
}

function outline(name, given, deep = 0) {
  const schema = whole(given);
  const isList = schema.type === 'array';
  const inner = isList ? whole(schema.items) : schema;
  const fields = Object.entries(inner.properties);
  const what = isList ? `list of ${fields.length > 0 ? 'objects' : kind(inner)}` : kind(schema);
  const remark = schema.description ? `  # ${schema.description.trim().replace(/\s+/g, ' ')}` : '';
  const lines = name ? [`${'  '.repeat(deep)}${name}: ${what}${remark}`] : [];
  if (!name && fields.length === 0) return [what + remark];
  if (deep > MOST_DEEP) return lines;
  const below = name ? deep + 1 : deep;
  for (const [field, part] of fields)
    lines.push(...outline(field + (inner.required.includes(field) ? '' : '?'), part, below));
  return lines;
}

function content(thing) {
  const [type, body] = Object.entries(found(thing).content ?? {})[0] ?? [];
  if (!type) return '';
  return type.includes('json') ? outline('', body.schema).join('\n') : type;
}

function operation(method, path, facts) {
  const parameters = (facts.parameters ?? []).map(found).filter((one) => one.in !== 'path');
  const good = Object.entries(facts.responses).find(([status]) => /^[23]/.test(status)) ?? [];
  return {
    method: method.toUpperCase(),
    path,
    summary: facts.summary ?? '',
    description: (facts.description ?? '').trim(),
    parameters: parameters.map((one) => outline(one.name + (one.required ? '' : '?'), { ...whole(one.schema), description: one.description }).join('\n')).join('\n'),
    body: content(facts.requestBody),
    status: good[0] ?? '',
    answer: content(good[1]),
  };
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const subjects = parts
  .filter((name) => name.startsWith(PATHS))
  .map((name) => ({
    name: basename(name, '.yaml').replaceAll('_', ' '),
    operations: Object.entries(load(read(name))).flatMap(([path, methods]) =>
      METHODS.filter((method) => methods[method]).map((method) => operation(method, path, methods[method])),
    ),
  }));
writeFileSync('src/lib/api/contract.json', JSON.stringify(subjects));
