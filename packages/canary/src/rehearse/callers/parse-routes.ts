import { type Problem, UserError } from '@unicorns/cloud';
import { parseShare } from '../faults/parse-fault.ts';
import type { RouteShare } from './callers.ts';

const ROUTE = /^([A-Z]+) (\/[^\s?#]*)(?:\?([^\s#]*))?$/;

/**
 * `GET /unicorns`, `GET /unicorns?limit=5,share=70%`: what is left of all callers is split evenly among those without
 * a share. Throws a UserError that names everything wrong with the texts.
 */
export function parseRoutes(texts: readonly string[]): readonly RouteShare[] {
  const problems: Problem[] = [];
  const read = texts.map((text) => readRoute(text, problems));
  const given = read.reduce((sum, { share = 0 }) => sum + share, 0);
  const without = read.filter(({ share }) => share === undefined).length;
  const isRight = without > 0 ? given < 1 : Math.abs(given - 1) < 1e-9;
  if (problems.length === 0 && !isRight)
    problems.push({
      message: `The shares of the routes make ${Math.round(given * 1_000) / 10} %${without > 0 ? ', which leaves nothing for those without one' : ''}; together they make 100 %.`,
    });
  if (problems.length > 0) throw new UserError(problems);
  return read.map((route) => ({ ...route, share: route.share ?? (1 - given) / without }));
}

function readRoute(given: string, problems: Problem[]): Omit<RouteShare, 'share'> & { readonly share?: number } {
  const [, text = '', shareText] = /^(.*?)(?:,share=([^,]*))?$/s.exec(given) ?? [];
  const [, method = '', path = '', query = ''] = ROUTE.exec(text) ?? [];
  const share = shareText === undefined ? undefined : parseShare(shareText);
  if (method === '')
    problems.push({
      message: `The route "${given}" is not of the form "GET /path", with ?name=value and ,share=70% as one likes.`,
    });
  if (shareText !== undefined && share === undefined)
    problems.push({
      message: `The route "${given}": "share" is "${shareText}"; it is a share above 0 and up to 1, such as 0.05 or 5%.`,
    });
  const fields = Object.fromEntries(new URLSearchParams(query));
  return { text, method, path, query: fields, ...(share !== undefined && { share }) };
}
