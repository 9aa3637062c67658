/**
 * The functions of a SAM template that are released by canary, read from its text: before anything is deployed, a
 * rehearsal has to know whose package gets a fault and where the traffic configuration stands.
 */
import { isMap, isNode, isScalar, type Document, LineCounter, type Node, parseDocument } from 'yaml';
import type { Template } from '../rehearsal.ts';

export interface CanaryFunction {
  readonly logicalId: string;
  readonly line: number;
  /** CodeUri as written, `.` where it is not, as `sam package` has it; undefined when it is no local path. */
  readonly codePath: string | undefined;
  readonly handler: string | undefined;
  /** Where DeploymentPreference.Type is written; undefined when it is not. */
  readonly type: WrittenType | undefined;
}

export interface WrittenType {
  /** The name that stands there, or the one that `!Ref` refers to. */
  readonly text: string;
  /** Of an intrinsic function, in its short form: `!Ref`. */
  readonly tag: string | undefined;
  readonly range: readonly [number, number];
}

const FUNCTION = 'AWS::Serverless::Function';

export function findCanaryFunctions({ text }: Template): readonly CanaryFunction[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'silent' });
  const resources = document.get('Resources');
  if (!isMap(resources)) return [];
  return resources.items.flatMap(({ key }) => {
    const logicalId = isScalar(key) ? String(key.value) : '';
    if (textAt(document, ['Resources', logicalId, 'Type']) !== FUNCTION || !isReleasedByCanary(document, logicalId))
      return [];
    const at = isScalar(key) ? (key.range?.[0] ?? 0) : 0;
    return [{ ...readFunction(document, logicalId), line: lines.linePos(at).line }];
  });
}

function isReleasedByCanary(document: Document, logicalId: string): boolean {
  const alias = setting(document, logicalId, ['AutoPublishAlias']);
  const preference = setting(document, logicalId, ['DeploymentPreference']);
  const enabled = setting(document, logicalId, ['DeploymentPreference', 'Enabled']);
  return (
    alias !== undefined && preference !== undefined && String(isScalar(enabled) ? enabled.value : 'true') !== 'false'
  );
}

function readFunction(document: Document, logicalId: string): Omit<CanaryFunction, 'line'> {
  const type = setting(document, logicalId, ['DeploymentPreference', 'Type']);
  return {
    logicalId,
    codePath: codePathOf(document, logicalId),
    handler: plainText(setting(document, logicalId, ['Handler'])),
    type: isNode(type) ? written(type) : undefined,
  };
}

function codePathOf(document: Document, logicalId: string): string | undefined {
  const [codeUri, inline, image] = ['CodeUri', 'InlineCode', 'ImageUri'].map((it) =>
    setting(document, logicalId, [it]),
  );
  if (codeUri !== undefined) return plainText(codeUri);
  return inline === undefined && image === undefined ? '.' : undefined;
}

function written(type: Node): WrittenType {
  const [start = 0, end = 0] = type.range ?? [];
  const [only] = isMap(type) ? type.items : [];
  const [tag, value] = isScalar(only?.key)
    ? [`!${String(only.key.value).replace('Fn::', '')}`, only.value]
    : [type.tag, type];
  return { text: isScalar(value) ? String(value.value) : '', tag, range: [start, end] };
}

/** A function's own property, else that of Globals. */
function setting(document: Document, logicalId: string, path: readonly string[]): unknown {
  const own = document.getIn(['Resources', logicalId, 'Properties', ...path], true);
  return own ?? document.getIn(['Globals', 'Function', ...path], true);
}

function plainText(node: unknown): string | undefined {
  if (!isScalar(node) || typeof node.value !== 'string') return undefined;
  return node.tag === undefined || node.tag === 'tag:yaml.org,2002:str' ? node.value : undefined;
}

const textAt = (document: Document, path: readonly string[]): string | undefined =>
  plainText(document.getIn(path, true));
