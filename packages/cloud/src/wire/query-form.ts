/** Reads a form of the Query protocol as a shape: `Parameters.member.1.ParameterKey=Stage`. */
import type { NormalizedSchema } from '@smithy/core/schema';
import type { Shape } from './call.ts';
import { kindOf, lazily, MalformedValue, membersOf, oncePerStructure } from './schema-kind.ts';
import { readText } from './text-value.ts';

interface Node {
  text?: string;
  readonly children: Map<string, Node>;
}

type Read = (node: Node) => unknown;

export function readForm(schema: NormalizedSchema, form: URLSearchParams): Shape {
  return schema.isStructSchema() ? structure(schema)(treeOf(form)) : {};
}

function treeOf(form: URLSearchParams): Node {
  const root: Node = { children: new Map() };
  for (const [key, text] of form) {
    let node = root;
    for (const part of key.split('.')) node = childOf(node, part);
    node.text = text;
  }
  return root;
}

function childOf(node: Node, name: string): Node {
  const known = node.children.get(name);
  if (known !== undefined) return known;
  const fresh: Node = { children: new Map() };
  node.children.set(name, fresh);
  return fresh;
}

function reader(schema: NormalizedSchema): Read {
  const kind = kindOf(schema);
  if (kind === 'structure') return structure(schema);
  if (kind === 'list') return list(schema);
  if (kind === 'map') return map(schema);
  return ({ text }) => {
    if (text === undefined) throw new MalformedValue('Start of structure or map found where not expected.');
    return readText(schema, text);
  };
}

const structure = oncePerStructure((schema) => {
  const members = lazily(() =>
    membersOf(schema).map(([name, member]) => ({
      name,
      key: member.getMergedTraits().xmlName ?? name,
      read: reader(member),
    })),
  );
  return (node: Node): Shape => {
    const out: Record<string, unknown> = {};
    for (const { name, key, read } of members()) {
      const child = node.children.get(key);
      if (child !== undefined) out[name] = read(child);
    }
    return out;
  };
});

/** An empty list is sent as `Tags=`. Members are numbered from 1, with gaps where a client left one out. */
function list(schema: NormalizedSchema): Read {
  const member = schema.getValueSchema();
  const name = member.getMergedTraits().xmlName ?? 'member';
  const flat = schema.getMergedTraits().xmlFlattened !== undefined;
  const read = reader(member);
  return (node) => numbered(flat ? node : (node.children.get(name) ?? node)).map(read);
}

function map(schema: NormalizedSchema): Read {
  const key = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
  const value = schema.getValueSchema().getMergedTraits().xmlName ?? 'value';
  const flat = schema.getMergedTraits().xmlFlattened !== undefined;
  const read = reader(schema.getValueSchema());
  return (node) => {
    const entries = numbered(flat ? node : (node.children.get('entry') ?? node));
    return Object.fromEntries(
      entries.map(({ children }) => [
        children.get(key)?.text ?? '',
        read(children.get(value) ?? { children: new Map() }),
      ]),
    );
  };
}

const numbered = ({ children }: Node): Node[] =>
  [...children]
    .filter(([name]) => /^\d{1,9}$/.test(name))
    .toSorted(([a], [b]) => Number(a) - Number(b))
    .map(([, child]) => child);
