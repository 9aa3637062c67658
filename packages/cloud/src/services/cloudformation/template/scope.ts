import type { ParameterValue } from './parameters.ts';
import type { Path, Value, ValueMap } from './template-value.ts';

/** What Ref and Fn::GetAtt see of a resource that exists. */
export interface ResourceValues {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly type?: string;
}

export type Lookup = (logicalId: string) => ResourceValues | undefined;

/** What intrinsics are resolved with. Mistakes are reported at their place, and the value becomes empty text. */
export interface Scope {
  /** Parameters and pseudo parameters. */
  readonly values: ReadonlyMap<string, ParameterValue>;
  readonly mappings: ValueMap;
  /** Undefined for a condition that the template does not have. */
  readonly conditionHolds: (name: string, path: Path) => boolean | undefined;
  /** Undefined while the resource is not there yet: the intrinsic then stays, its arguments resolved. */
  readonly lookup: Lookup;
  /** Values that other stacks export, by name. */
  readonly exports: Readonly<Record<string, string>>;
  /** Those of them that were asked for. */
  readonly imports?: Set<string>;
  /** An export that is not there stays open instead of being refused. */
  readonly leavesOpen: boolean;
  /** `Transform: AWS::LanguageExtensions` */
  readonly hasLanguageExtensions: boolean;
  readonly report: (path: Path, message: string) => void;
}

/** Stands for AWS::NoValue: the property, or the entry of a list, goes away. */
export const NO_VALUE: unique symbol = Symbol('AWS::NoValue');

export type Resolved = Value | typeof NO_VALUE;
