import { type Gauge, newGauge } from './gauge.ts';
import type { FunctionImage, FunctionRecord, FunctionRevision, LambdaState, Route, Target } from './state.ts';

/**
 * Works out anew where calls of a function land, for every qualifier it has. Done when the function
 * changes, so that a request costs one look-up.
 */
export function refreshTargets(lambda: LambdaState, fn: FunctionRecord): void {
  fn.targets.clear();
  const latest = imageOfRevision(lambda, fn, fn.latest);
  fn.targets.set('', { primary: routeOf(lambda, fn, latest, undefined, false) });
  fn.targets.set('$LATEST', { primary: routeOf(lambda, fn, latest, '$LATEST', false) });
  for (const revision of fn.versions.values()) {
    const image = imageOfRevision(lambda, fn, revision);
    fn.targets.set(revision.version, { primary: routeOf(lambda, fn, image, revision.version, false) });
  }
  for (const alias of fn.aliases.values()) {
    const target = aliasTarget(lambda, fn, alias.name);
    if (target !== undefined) fn.targets.set(alias.name, target);
  }
}

function aliasTarget(lambda: LambdaState, fn: FunctionRecord, name: string): Target | undefined {
  const alias = fn.aliases.get(name);
  const revision = alias && revisionOf(fn, alias.functionVersion);
  if (alias === undefined || revision === undefined) return undefined;
  const second = alias.additional && revisionOf(fn, alias.additional.version);
  const weighted = second !== undefined;
  const primary = routeOf(lambda, fn, imageOfRevision(lambda, fn, revision), name, weighted);
  if (alias.additional === undefined || second === undefined) return { primary };
  const { weight } = alias.additional;
  const route = routeOf(lambda, fn, imageOfRevision(lambda, fn, second), name, weighted);
  return { primary, additional: { route, weight } };
}

/** The revision a version number (or `$LATEST`) names. */
export const revisionOf = (fn: FunctionRecord, version: string): FunctionRevision | undefined =>
  version === '$LATEST' ? fn.latest : fn.versions.get(version);

export function imageOfRevision(lambda: LambdaState, fn: FunctionRecord, revision: FunctionRevision): FunctionImage {
  const { functionName } = fn;
  const key = `${functionName}:${revision.version}:${revision.revisionId.slice(0, 8)}`;
  const known = lambda.images.get(key);
  if (known !== undefined) return known;
  const image = { key, functionName, revision };
  lambda.images.set(key, image);
  return image;
}

function gaugeIn(gauges: Map<string, Gauge>, key: string): Gauge {
  const gauge = gauges.get(key) ?? newGauge();
  gauges.set(key, gauge);
  return gauge;
}

/** A call by this qualifier that this image answers. */
export function routeOf(
  lambda: LambdaState,
  fn: FunctionRecord,
  image: FunctionImage,
  qualifier: string | undefined,
  weighted: boolean,
): Route {
  const { functionName, functionArn } = fn;
  const { version } = image.revision;
  const suffix = qualifier === undefined ? '' : `:${qualifier}`;
  return {
    image,
    functionName,
    version,
    qualifier,
    invokedFunctionArn: functionArn + suffix,
    weighted,
    metricsKey: `${functionName}${suffix} ${version}${weighted ? ' weighted' : ''}`,
    gauges: [
      lambda.running.account,
      gaugeIn(lambda.running.ofFunction, functionName),
      gaugeIn(lambda.gauges, functionName + suffix),
      gaugeIn(lambda.gauges, `${functionName}${suffix} ${version}`),
    ],
  };
}
