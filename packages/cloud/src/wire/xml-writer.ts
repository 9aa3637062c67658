/** Writes a shape as the XML of the Query protocol. */
import type { NormalizedSchema } from '@smithy/core/schema';
import type { Shape } from './call.ts';
import { kindOf, lazily, membersOf, oncePerStructure } from './schema-kind.ts';
import { DATE_TIME, writeText } from './text-value.ts';
import { isThere } from './tree-writer.ts';

type Write = (value: unknown) => string;

/** The members of a structure as elements, one after another. */
export const writeMembers: (schema: NormalizedSchema) => (value: Shape) => string = oncePerStructure((schema) => {
  const members = lazily(() =>
    membersOf(schema).map(([name, member]) => ({
      name,
      write: element(member, member.getMergedTraits().xmlName ?? name),
    })),
  );
  return (value) => {
    let out = '';
    for (const { name, write } of members()) {
      const given = value[name];
      if (given !== undefined && given !== null) out += write(given);
    }
    return out;
  };
});

export const tag = (name: string, inner: string): string => `<${name}>${inner}</${name}>`;

function element(schema: NormalizedSchema, name: string): Write {
  const kind = kindOf(schema);
  if (kind === 'list') return list(schema, name);
  if (kind === 'map') return map(schema, name);
  if (kind === 'structure') return (value) => tag(name, writeMembers(schema)(value as Shape));
  return (value) => tag(name, escapeXml(writeText(schema, value, DATE_TIME)));
}

function list(schema: NormalizedSchema, name: string): Write {
  const flat = schema.getMergedTraits().xmlFlattened !== undefined;
  const member = schema.getValueSchema();
  const write = element(member, flat ? name : (member.getMergedTraits().xmlName ?? 'member'));
  return (value) => {
    const items = (value as readonly unknown[]).filter(isThere).map(write).join('');
    return flat ? items : tag(name, items);
  };
}

function map(schema: NormalizedSchema, name: string): Write {
  const flat = schema.getMergedTraits().xmlFlattened !== undefined;
  const key = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
  const write = element(schema.getValueSchema(), schema.getValueSchema().getMergedTraits().xmlName ?? 'value');
  return (value) => {
    const entries = Object.entries(value as Shape).filter(([, item]) => isThere(item));
    const items = entries.map(([k, item]) => tag(flat ? name : 'entry', tag(key, escapeXml(k)) + write(item))).join('');
    return flat ? items : tag(name, items);
  };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
};
const SPECIAL = /[&<>"\r]|[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const SPECIALS = new RegExp(SPECIAL, 'gu');

/** Characters that XML 1.0 has no way to write are left out. */
export const escapeXml = (text: string): string =>
  SPECIAL.test(text) ? text.replace(SPECIALS, (it) => ENTITIES[it] ?? '') : text;
