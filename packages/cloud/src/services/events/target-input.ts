/** What a target of a rule is given of an event. Source: EventBridge user guide, eb-transform-target-input (D). */
import type { RuleTarget } from './state.ts';

/** The whole event, a part of it, a constant, or a text made of parts. */
export function inputOf({ Input, InputPath, InputTransformer }: RuleTarget, event: object, ruleArn: string): string {
  if (Input !== undefined) return Input;
  if (InputPath !== undefined) return JSON.stringify(at(event, InputPath) ?? null);
  if (InputTransformer === undefined) return JSON.stringify(event);
  const { InputPathsMap = {}, InputTemplate } = InputTransformer;
  const known = new Map<string, unknown>([
    ...Object.entries(InputPathsMap).map(([name, path]) => [name, at(event, path)] as const),
    ['aws.events.rule-arn', ruleArn],
    ['aws.events.rule-name', ruleArn.slice(ruleArn.lastIndexOf('/') + 1)],
    ['aws.events.event', event],
    ['aws.events.event.json', event],
  ]);
  return filled(InputTemplate, known);
}

/** Inside a text of the template a value is written as text; outside, as JSON. A value that is not there is empty. */
function filled(template: string, known: ReadonlyMap<string, unknown>): string {
  let isInText = false;
  return template.replaceAll(/\\.|"|<([^<>]+)>/g, (part: string, name?: string) => {
    if (part === '"') isInText = !isInText;
    if (name === undefined || !known.has(name)) return part;
    const value = known.get(name);
    if (!isInText) return JSON.stringify(value) ?? '';
    const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
    return JSON.stringify(text).slice(1, -1);
  });
}

/** `$.detail.state`, `$.resources[0]`; EventBridge knows no more of JSONPath. */
function at(event: unknown, path: string): unknown {
  const steps = path.replace(/^\$/, '').matchAll(/\.([^.[\]]+)|\[(\d+)\]|\['([^']+)'\]/g);
  let value: unknown = event;
  for (const [, name, index, quoted] of steps)
    value = (value as Record<string, unknown> | null | undefined)?.[name ?? index ?? quoted ?? ''];
  return value;
}
