/** What goes into the compilation of a template, and what comes out. */
import type { Problem } from '../../../user-error.ts';
import type { ParameterValue } from './parameters.ts';
import type { ParsedTemplate } from './parse.ts';
import { nearestLine } from './parse.ts';
import type { ResolveCode } from './sam/sam-context.ts';
import type { Path, Value, ValueMap } from './template-value.ts';

export interface CompileInput {
  readonly text: string;
  /** Shown with every problem. */
  readonly fileName: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  readonly partition: string;
  /** Without it, AWS::StackId is left to the lookup. */
  readonly stackId?: string;
  /** What other stacks export. */
  readonly exports?: Readonly<Record<string, string>>;
  /** Whole seconds since the epoch; only `AlwaysDeploy` looks at it. */
  readonly nowSeconds?: number;
  /**
   * For those who only look at a template: a parameter without a value, a value in SSM and another stack's export
   * stay Ref and Fn::ImportValue instead of being refused. A comparison with one of them does not hold.
   */
  readonly leavesOpen?: boolean;
  /** What `parseTemplate` made of the text, for those who compile one text for many values. */
  readonly parsed?: ParsedTemplate;
  /** Packages a local CodeUri. May throw a UserError. */
  readonly resolveCode: ResolveCode;
}

export interface CompiledResource {
  readonly logicalId: string;
  readonly type: string;
  /** References to other resources are still Ref and GetAtt; all else is resolved. */
  readonly properties: ValueMap;
  readonly updatePolicy: ValueMap;
  /** The resources that must be there first. */
  readonly order: readonly string[];
  readonly deletionPolicy: string;
  readonly updateReplacePolicy: string;
  readonly condition?: string;
  readonly metadata: ValueMap;
  /** The line of the resource; of the serverless resource that it comes from, when it is generated. */
  readonly line: number | undefined;
  /** The path in the document that the resource comes from; its properties stand under it when it is written there. */
  readonly path: Path;
}

export interface CompiledOutput {
  readonly key: string;
  readonly value: Value;
  readonly description?: string;
  readonly exportName?: Value;
}

export interface CompiledTemplate {
  readonly fileName: string;
  /** The template as it was given. */
  readonly text: string;
  /** Resources whose condition holds, in the order of the template. */
  readonly resources: ReadonlyMap<string, CompiledResource>;
  /** Their ids, each after those it needs. */
  readonly order: readonly string[];
  readonly outputs: readonly CompiledOutput[];
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly conditions: Readonly<Record<string, boolean>>;
  /** Ids of resources whose condition does not hold. */
  readonly skipped: readonly string[];
  readonly metadata: ValueMap;
  /** The names that it imports from other stacks. */
  readonly imports: readonly string[];
  readonly description?: string;
  /** What is worth saying although the template is taken as it is. */
  readonly warnings: readonly Problem[];
  /** The processed template, as GetTemplate shows it. */
  readonly transformed: ValueMap;
  /** Path in the document, as JSON → line. */
  readonly lines: ReadonlyMap<string, number>;
}

/** The line of a value in the document that a template was compiled from, or of its nearest ancestor. */
export const lineIn = (compiled: CompiledTemplate, path: Path): number | undefined => nearestLine(compiled.lines, path);
