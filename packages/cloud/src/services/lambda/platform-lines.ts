/**
 * The lines Lambda itself writes around an invocation: INIT_START, START, END and REPORT in text format, platform
 * records in JSON format. Sources: reference 4.5 (L-NODELOG (D), LS (S)), 4.6.7–9 (L-TEL, L-LOGLVL (D)).
 */
import { floorTo, isoTime, SECOND, type Instant } from '../../instant.ts';
import type { Settled } from '../../runner/index.ts';
import type { World } from '../../world-state.ts';
import { isStored } from './application-lines.ts';
import { runtimeVersionOf } from './runtime-version.ts';
import type { FunctionImage, FunctionRevision, LogLine } from './state.ts';

/** All lines of an invocation in order: those of init, the platform's, the handler's that pass the level. */
export function linesOf(world: World, image: FunctionImage, settled: Settled): LogLine[] {
  const { logging } = image.revision.configuration;
  const platform = logging.logFormat === 'JSON' ? jsonLines(world, image, settled) : textLines(world, image, settled);
  const out: LogLine[] = [];
  // What was written before the handler began was written during init.
  const handlerStartAt = settled.startedAt;
  let i = 0;
  if (settled.initDurationMs !== undefined) {
    push(out, settled.environmentStartedAt, platform.beforeInit);
    for (; i < settled.lines.length && (settled.lines[i]?.at ?? 0) < handlerStartAt; i++)
      pushOwn(out, settled, i, image);
    for (const message of platform.afterInit) push(out, handlerStartAt, message);
  }
  push(out, handlerStartAt, platform.start);
  for (; i < settled.lines.length; i++) pushOwn(out, settled, i, image);
  push(out, settled.endedAt, platform.done);
  push(out, settled.endedAt, platform.report);
  return out;
}

/** Lines of an init that nobody's invocation waits for. Provisioned concurrency always has its INIT_REPORT: L-ENV (D). */
export function initLinesOf(world: World, image: FunctionImage, settled: Settled): LogLine[] {
  const { functionName, revision } = image;
  const { logFormat, systemLogLevel } = revision.configuration.logging;
  const type = 'provisioned-concurrency';
  const isJson = logFormat === 'JSON';
  const out: LogLine[] = [];
  if (!isJson) push(out, settled.environmentStartedAt, initStartText(world, revision));
  else if (systemLogLevel !== 'WARN')
    push(out, settled.environmentStartedAt, initStartRecord(world, functionName, revision, settled, type));
  for (let i = 0; i < settled.lines.length; i++) pushOwn(out, settled, i, image);
  const reports = isJson ? initRecords(settled, systemLogLevel !== 'WARN', type) : initReportText(settled, 'success');
  for (const message of reports) push(out, settled.endedAt, message);
  return out;
}

function push(out: LogLine[], at: Instant, message: string | undefined): void {
  if (message !== undefined) out.push({ at, message });
}

function pushOwn(out: LogLine[], { lines }: Settled, i: number, { revision }: FunctionImage): void {
  const line = lines[i];
  if (line === undefined) return;
  const { logFormat, applicationLogLevel } = revision.configuration.logging;
  if (logFormat === 'JSON' && !isStored(line.message, applicationLogLevel)) return;
  out.push({ at: line.at, message: line.message });
}

/** Undefined where the format or the level leaves a line out. */
interface PlatformLines {
  readonly beforeInit: string | undefined;
  readonly afterInit: readonly string[];
  readonly start: string | undefined;
  readonly done: string | undefined;
  readonly report: string | undefined;
}

function textLines(world: World, { revision }: FunctionImage, settled: Settled): PlatformLines {
  const { requestId, initDurationMs } = settled;
  return {
    beforeInit: initDurationMs === undefined ? undefined : initStartText(world, revision),
    afterInit: initReportText(settled),
    start: `START RequestId: ${requestId} Version: ${revision.version}`,
    done: `END RequestId: ${requestId}`,
    report: reportText(settled, revision.configuration.memoryMb),
  };
}

function initStartText(world: World, { configuration }: FunctionRevision): string {
  const { name, arn } = runtimeVersionOf(world, configuration.runtime);
  return `INIT_START Runtime Version: ${name}\tRuntime Version ARN: ${arn}`;
}

/**
 * Of an on-demand environment only where init failed or took too long. Source: L-ENV (D). How one looks that went well is
 * the assumption `provisioned-init-report`.
 */
function initReportText({ initDurationMs, initFailure }: Settled, otherwise?: 'success'): readonly string[] {
  const { status, errorType } = initFailure ?? { status: otherwise, errorType: undefined };
  if (status === undefined) return [];
  const type = status === 'error' ? `\tError Type: ${platformType(errorType)}` : '';
  return [`INIT_REPORT Init Duration: ${ms(initDurationMs ?? 0)} ms\tPhase: init\tStatus: ${status}${type}`];
}

/** Assumption `failed-init-report`: Lambda knows the types of its runtimes, and none that a module threw by itself. */
const platformType = (errorType: string | undefined): string =>
  errorType?.startsWith('Runtime.') === true ? errorType : 'Runtime.Unknown';

/** `REPORT RequestId: …⇥Duration: … ms⇥Billed Duration: … ms⇥…`; billed time includes init. */
function reportText(settled: Settled, memoryMb: number): string {
  const { requestId, durationMs, initDurationMs, initFailure } = settled;
  const init =
    initDurationMs === undefined || initFailure !== undefined ? '' : `Init Duration: ${ms(initDurationMs)} ms\t`;
  return (
    `REPORT RequestId: ${requestId}\tDuration: ${ms(durationMs)} ms\tBilled Duration: ${billedMs(settled)} ms\t` +
    `Memory Size: ${memoryMb} MB\tMax Memory Used: ${settled.maxMemoryUsedMb} MB\t${init}${statusText(settled)}`
  );
}

const statusText = (settled: Settled): string => {
  const { status, errorType } = platformEnd(settled);
  if (status === 'success') return '';
  return errorType === undefined ? `Status: ${status}` : `Status: ${status}\tError Type: ${errorType}`;
};

interface PlatformEnd {
  readonly status: 'success' | 'error' | 'timeout';
  readonly errorType?: string;
}

/**
 * How the platform sees the end of an invocation. A handler that throws is a success to it, because the runtime has
 * reported the error and lives on (assumption `thrown-error-status`); a dead or stuck runtime, a failed init and an
 * answer that is too long are none.
 */
function platformEnd({ outcome, errorType = '', initFailure, died }: Settled): PlatformEnd {
  if (outcome === 'timeout') return { status: 'timeout' };
  if (outcome === 'success') return { status: 'success' };
  if (initFailure !== undefined) return { status: 'error', errorType: platformType(errorType) };
  if (errorType.startsWith('Function.')) return { status: 'error', errorType };
  if (died !== true && errorType !== EXIT_ERROR) return { status: 'success' };
  const isExit = !errorType.startsWith('Runtime.') || errorType === 'Runtime.UnhandledPromiseRejection';
  return { status: 'error', errorType: isExit ? EXIT_ERROR : errorType };
}

const EXIT_ERROR = 'Runtime.ExitError';

const ms = (value: number): string => value.toFixed(2);

/** An init that failed is repeated in the invocation, which is billed alone: assumption `failed-init-report`. */
const billedMs = ({ durationMs, initDurationMs, initFailure }: Settled): number =>
  Math.ceil(durationMs + (initFailure === undefined ? (initDurationMs ?? 0) : 0));

function jsonLines(world: World, { functionName, revision }: FunctionImage, settled: Settled): PlatformLines {
  const { requestId, initDurationMs, endedAt } = settled;
  const { systemLogLevel } = revision.configuration.logging;
  const atInfo = systemLogLevel !== 'WARN';
  const atDebug = systemLogLevel === 'DEBUG';
  const end = platformEnd(settled);
  const failed = end.status !== 'success';
  const status = statusJson(end);
  const cold = initDurationMs !== undefined;
  return {
    beforeInit: cold && atInfo ? initStartRecord(world, functionName, revision, settled) : undefined,
    afterInit: cold ? initRecords(settled, atDebug) : [],
    start: atInfo
      ? `{"time":"${timeOf(settled.startedAt)}","type":"platform.start","record":{"requestId":"${requestId}","version":"${revision.version}"}}`
      : undefined,
    done:
      atDebug || failed
        ? `{"time":"${timeOf(endedAt)}","type":"platform.runtimeDone","record":{"requestId":"${requestId}",${status},"metrics":{"durationMs":${settled.durationMs},"producedBytes":${Buffer.byteLength(settled.payload)}}}}`
        : undefined,
    report:
      atInfo || failed
        ? `{"time":"${timeOf(endedAt)}","type":"platform.report","record":{"requestId":"${requestId}","metrics":{"durationMs":${settled.durationMs},"billedDurationMs":${billedMs(settled)},"memorySizeMB":${revision.configuration.memoryMb},"maxMemoryUsedMB":${settled.maxMemoryUsedMb}${cold && settled.initFailure === undefined ? `,"initDurationMs":${initDurationMs}` : ''}},${status}}}`
        : undefined,
  };
}

function initStartRecord(
  world: World,
  functionName: string,
  revision: FunctionRevision,
  settled: Settled,
  initializationType = 'on-demand',
): string {
  const { name, arn } = runtimeVersionOf(world, revision.configuration.runtime);
  return record(settled.environmentStartedAt, 'initStart', {
    initializationType,
    phase: 'init',
    runtimeVersion: name,
    runtimeVersionArn: arn,
    functionName,
    functionVersion: revision.version,
  });
}

/** Of an on-demand environment: DEBUG when init went well, WARN when it failed. Source: reference 4.6.8 (L-LOGLVL (D)). */
function initRecords(
  { startedAt, initDurationMs, initFailure }: Settled,
  atDebug: boolean,
  initializationType = 'on-demand',
): readonly string[] {
  if (initFailure === undefined && !atDebug) return [];
  const outcome = initFailure ?? { status: 'success' };
  const base = { initializationType, phase: 'init', ...outcome };
  return [
    record(startedAt, 'initRuntimeDone', base),
    record(startedAt, 'initReport', { ...base, metrics: { durationMs: initDurationMs } }),
  ];
}

const record = (at: Instant, type: string, content: object): string =>
  JSON.stringify({ time: isoTime(at), type: `platform.${type}`, record: content });

let lastSecond = { at: -1, text: '' };

const MILLISECONDS = Array.from({ length: SECOND }, (_, ms) => `${String(ms).padStart(3, '0')}Z`);

/** `isoTime`, with the second asked for last remembered: two of these are written for every invocation. */
function timeOf(at: Instant): string {
  const second = floorTo(at, SECOND);
  if (second !== lastSecond.at) lastSecond = { at: second, text: isoTime(second).slice(0, 20) };
  return `${lastSecond.text}${MILLISECONDS[at - second]}`;
}

const statusJson = ({ status, errorType }: PlatformEnd): string =>
  errorType === undefined ? `"status":"${status}"` : `"status":"${status}","errorType":${JSON.stringify(errorType)}`;
