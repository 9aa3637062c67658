/** The shape of a JSON value: a kind, a list of equal shapes, or an object with at least these members. */
export type Shape =
  | 'string'
  | 'number'
  | { readonly each: Shape; readonly atLeast: number; readonly atMost: number }
  | { readonly members: Readonly<Record<string, Shape>> };

/** One thing that is not as it should be. */
export interface Difference {
  /** `body.unicorns[0].id` */
  readonly what: string;
  readonly expected: string;
  readonly got: string;
}

/** Every place where a value does not have the shape. */
export function differences(shape: Shape, value: unknown, what = 'body'): readonly Difference[] {
  if (typeof shape === 'string') {
    return typeof value === shape ? [] : [{ what, expected: `a ${shape}`, got: shown(value) }];
  }
  if ('each' in shape) return listDifferences(shape, value, what);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ what, expected: 'an object', got: shown(value) }];
  }
  return Object.entries(shape.members).flatMap(([name, member]) =>
    differences(member, Reflect.get(value, name), `${what}.${name}`),
  );
}

function listDifferences(shape: Extract<Shape, { each: Shape }>, value: unknown, what: string): readonly Difference[] {
  if (!Array.isArray(value)) return [{ what, expected: 'a list', got: shown(value) }];
  const { each, atLeast, atMost } = shape;
  const many = atLeast === atMost ? `${atLeast}` : `${atLeast} to ${atMost}`;
  const fits = value.length >= atLeast && value.length <= atMost;
  const length = fits ? [] : [{ what, expected: `${many} entries`, got: `${value.length}` }];
  return [...length, ...value.flatMap((entry, index) => differences(each, entry, `${what}[${index}]`))];
}

/** A value for the log, cut to a readable length. */
export function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
