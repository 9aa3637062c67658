/** What a template may hold, by name, read off the tables that decide: docs/slice.md is written from it. */
import { FUNCTIONS } from './intrinsics.ts';
import { REFUSED as REFUSED_OF_API_EVENT } from './sam/api-event.ts';
import { KINDS, REFUSED as REFUSED_EVENTS } from './sam/event-sources.ts';
import { REFUSED as REFUSED_OF_FUNCTION } from './sam/function.ts';
import { REFUSED as REFUSED_OF_HTTP_API } from './sam/http-api.ts';
import { POLICY_TEMPLATES } from './sam/policy-templates.ts';
import { PROPERTIES } from './sam/property-check.ts';
import { REFUSED as REFUSED_OF_API } from './sam/rest-api.ts';
import { CODE_STAR, LANGUAGE_EXTENSIONS, REFUSED_SECTIONS, SECTIONS, SERVERLESS } from './structure.ts';

interface Slice {
  readonly taken: readonly string[];
  readonly refused: readonly string[];
}

const REFUSED_PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  'AWS::Serverless::Function': REFUSED_OF_FUNCTION,
  'AWS::Serverless::Api': REFUSED_OF_API,
  'AWS::Serverless::HttpApi': REFUSED_OF_HTTP_API,
};

const without = (names: Iterable<string>, refused: readonly string[]): readonly string[] =>
  [...names].filter((name) => !refused.includes(name));

export const TEMPLATE_SLICE = {
  sections: { taken: [...SECTIONS], refused: [...REFUSED_SECTIONS] },
  transforms: { taken: [SERVERLESS, LANGUAGE_EXTENSIONS, CODE_STAR], refused: [] },
  intrinsics: { taken: [...Object.keys(FUNCTIONS), 'Fn::ForEach'], refused: ['Fn::Transform'] },
  events: { taken: Object.keys(KINDS), refused: [...REFUSED_EVENTS] },
  apiEventProperties: { taken: [], refused: REFUSED_OF_API_EVENT },
  policyTemplates: { taken: Object.keys(POLICY_TEMPLATES), refused: [] },
} as const satisfies Record<string, Slice>;

/** The properties of each serverless type. */
export const SERVERLESS_TYPES: ReadonlyMap<string, Slice> = new Map(
  Object.entries(PROPERTIES).map(([type, properties]) => {
    const refused = REFUSED_PROPERTIES[type] ?? [];
    return [type, { taken: without(properties.keys(), refused), refused }];
  }),
);
