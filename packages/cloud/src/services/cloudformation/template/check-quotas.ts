import type { Problems } from './problems.ts';
import { mapAt, type ValueMap } from './template-value.ts';

/** Source: CFNG:cloudformation-limits (D). */
const MOST = { Resources: 500, Parameters: 200, Outputs: 200, Mappings: 200 } as const;

/** `template`: after its transforms, whatever its conditions say. The words: SLS#2387, SLS#6803. */
export function checkQuotas(template: ValueMap, problems: Problems): void {
  for (const [section, most] of Object.entries(MOST)) {
    const count = Object.keys(mapAt(template, section)).length;
    if (count > most)
      problems.add(
        [section],
        `Template format error: Number of ${section.toLowerCase()}, ${count}, is greater than maximum allowed, ${most}`,
      );
  }
}
