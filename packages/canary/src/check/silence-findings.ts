/**
 * Findings that a template silences, each with a reason:
 *
 *     Metadata:            # of a resource, or of the template for all of them
 *       Canary:
 *         Ignore:
 *           - { Rule: alarm-name-survives, Reason: The pipeline waits for OK. }
 */
import { isTemplateMap, type TemplateMap } from '@unicorns/cloud/inspect';
import type { Finding } from './finding.ts';
import { many, record, text } from './template/values.ts';

export interface Ignore {
  /** Undefined: of the whole template. */
  readonly resourceId: string | undefined;
  readonly rule: string;
  readonly reason: string | undefined;
  readonly path: readonly (string | number)[];
}

export function readIgnores(body: TemplateMap): readonly Ignore[] {
  const { Resources: resources } = body;
  const owned = Object.entries(isTemplateMap(resources) ? resources : {}).flatMap(([id, resource]) =>
    ignoresIn(record(record(resource)['Metadata']), ['Resources', id, 'Metadata'], id),
  );
  return [...ignoresIn(record(body['Metadata']), ['Metadata'], undefined), ...owned];
}

function ignoresIn(
  metadata: Readonly<Record<string, unknown>>,
  path: readonly string[],
  resourceId: string | undefined,
): readonly Ignore[] {
  return many(record(metadata['Canary'])['Ignore']).map((entry, i) => {
    const { Rule: rule, Reason: reason } = record(entry);
    const said = text(reason)?.trim();
    return {
      resourceId,
      rule: text(rule) ?? '',
      reason: said === '' ? undefined : said,
      path: [...path, 'Canary', 'Ignore', i],
    };
  });
}

export interface Silenced {
  readonly findings: readonly Finding[];
  readonly silenced: readonly (Finding & { readonly reason: string })[];
  /** Ignores that no finding needed. */
  readonly unused: readonly Ignore[];
}

/** An ignore without a reason silences nothing. */
export function silenceFindings(all: readonly Finding[], ignores: readonly Ignore[]): Silenced {
  const used = new Set<Ignore>();
  const silenced: (Finding & { reason: string })[] = [];
  const findings = all.filter((finding) => {
    const ignore = ignores.find(
      (it) =>
        it.reason !== undefined &&
        it.rule === finding.rule &&
        (it.resourceId === undefined || it.resourceId === finding.resourceId),
    );
    if (ignore?.reason === undefined) return true;
    used.add(ignore);
    silenced.push({ ...finding, reason: ignore.reason });
    return false;
  });
  return { findings, silenced, unused: ignores.filter((it) => it.reason !== undefined && !used.has(it)) };
}
