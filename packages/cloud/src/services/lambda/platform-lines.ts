/**
 * The lines Lambda itself writes around an invocation: INIT_START, START, END and REPORT in text format, platform
 * records in JSON format. Sources: reference 4.5 (L-NODELOG (D), LS (S)), 4.6.7–9 (L-TEL, L-LOGLVL (D)).
 */
import { after, isoTime, type Instant } from '../../instant.ts';
import type { Settled } from '../../runner/index.ts';
import { isStored } from './application-lines.ts';
import type { FunctionImage, LogLine } from './state.ts';

/** The runtime's name and ARN as INIT_START shows them. */
export interface RuntimeVersion {
  readonly name: string;
  readonly arn: string;
}

/** All lines of an invocation in order: those of init, the platform's, the handler's that pass the level. */
export function linesOf(image: FunctionImage, settled: Settled, runtime: RuntimeVersion): LogLine[] {
  const { logging } = image.revision.configuration;
  const platform =
    logging.logFormat === 'JSON' ? jsonLines(image, settled, runtime) : textLines(image, settled, runtime);
  const out: LogLine[] = [];
  const handlerStartAt = startOfHandler(settled);
  let i = 0;
  if (settled.initDurationMs !== undefined) {
    push(out, settled.environmentStartedAt, platform.beforeInit);
    for (; i < settled.lines.length && (settled.lines[i]?.at ?? 0) < handlerStartAt; i++)
      pushOwn(out, settled, i, image);
    push(out, handlerStartAt, platform.afterInit);
  }
  push(out, handlerStartAt, platform.start);
  for (; i < settled.lines.length; i++) pushOwn(out, settled, i, image);
  push(out, settled.endedAt, platform.done);
  push(out, settled.endedAt, platform.report);
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

/** Init comes before the handler; its lines bear instants before this one. */
const startOfHandler = ({ initDurationMs, startedAt, endedAt, durationMs }: Settled): Instant => {
  if (initDurationMs === undefined) return startedAt;
  const start = after(endedAt, -Math.ceil(durationMs));
  return start > startedAt ? start : startedAt;
};

/** Undefined where the format or the level leaves a line out. */
interface PlatformLines {
  readonly beforeInit: string | undefined;
  readonly afterInit: string | undefined;
  readonly start: string | undefined;
  readonly done: string | undefined;
  readonly report: string | undefined;
}

function textLines({ revision }: FunctionImage, settled: Settled, runtime: RuntimeVersion): PlatformLines {
  const { requestId, initDurationMs } = settled;
  return {
    beforeInit: `INIT_START Runtime Version: ${runtime.name}\tRuntime Version ARN: ${runtime.arn}`,
    afterInit: failedInInit(settled)
      ? `INIT_REPORT Init Duration: ${ms(initDurationMs ?? 0)} ms\tPhase: init\tStatus: error\tError Type: ${settled.errorType ?? 'Runtime.Unknown'}`
      : undefined,
    start: `START RequestId: ${requestId} Version: ${revision.version}`,
    done: `END RequestId: ${requestId}`,
    report: reportText(settled, revision.configuration.memoryMb),
  };
}

/** `REPORT RequestId: …⇥Duration: … ms⇥Billed Duration: … ms⇥…`; billed time includes init. */
function reportText(settled: Settled, memoryMb: number): string {
  const { requestId, durationMs, initDurationMs } = settled;
  const init = initDurationMs === undefined ? '' : `Init Duration: ${ms(initDurationMs)} ms\t`;
  return (
    `REPORT RequestId: ${requestId}\tDuration: ${ms(durationMs)} ms\tBilled Duration: ${billedMs(settled)} ms\t` +
    `Memory Size: ${memoryMb} MB\tMax Memory Used: ${settled.maxMemoryUsedMb} MB\t${init}${statusText(settled)}`
  );
}

/** A thrown error is the handler's own business and leaves no status; a dead or stuck runtime does. */
function statusText({ outcome, errorType }: Settled): string {
  if (outcome === 'timeout') return 'Status: timeout';
  if (errorType?.startsWith('Runtime.') !== true) return '';
  return `Status: error\tError Type: ${errorType}`;
}

const ms = (value: number): string => value.toFixed(2);

const billedMs = ({ durationMs, initDurationMs }: Settled): number => Math.ceil(durationMs + (initDurationMs ?? 0));

function jsonLines(
  { functionName, revision }: FunctionImage,
  settled: Settled,
  runtime: RuntimeVersion,
): PlatformLines {
  const { requestId, initDurationMs, endedAt } = settled;
  const { systemLogLevel } = revision.configuration.logging;
  const atInfo = systemLogLevel !== 'WARN';
  const atDebug = systemLogLevel === 'DEBUG';
  const failed = settled.outcome !== 'success';
  const status = statusJson(settled);
  const cold = initDurationMs !== undefined;
  return {
    beforeInit:
      cold && atInfo
        ? record(settled.environmentStartedAt, 'initStart', {
            initializationType: 'on-demand',
            phase: 'init',
            runtimeVersion: runtime.name,
            runtimeVersionArn: runtime.arn,
            functionName,
            functionVersion: revision.version,
          })
        : undefined,
    afterInit: cold ? initRecords(settled, atDebug) : undefined,
    start: atInfo
      ? `{"time":"${isoTime(startOfHandler(settled))}","type":"platform.start","record":{"requestId":"${requestId}","version":"${revision.version}"}}`
      : undefined,
    done:
      atDebug || failed
        ? `{"time":"${isoTime(endedAt)}","type":"platform.runtimeDone","record":{"requestId":"${requestId}",${status},"metrics":{"durationMs":${settled.durationMs},"producedBytes":${settled.payload.length}}}}`
        : undefined,
    report:
      atInfo || failed
        ? `{"time":"${isoTime(endedAt)}","type":"platform.report","record":{"requestId":"${requestId}","metrics":{"durationMs":${settled.durationMs},"billedDurationMs":${billedMs(settled)},"memorySizeMB":${revision.configuration.memoryMb},"maxMemoryUsedMB":${settled.maxMemoryUsedMb}${cold ? `,"initDurationMs":${initDurationMs}` : ''}},${status}}}`
        : undefined,
  };
}

/** platform.initReport of an on-demand environment: DEBUG when init went well, WARN when it failed. */
function initRecords(settled: Settled, atDebug: boolean): string | undefined {
  const failed = failedInInit(settled);
  if (!failed && !atDebug) return undefined;
  return record(startOfHandler(settled), 'initReport', {
    initializationType: 'on-demand',
    phase: 'init',
    status: failed ? 'error' : 'success',
    ...(failed ? { errorType: settled.errorType } : {}),
    metrics: { durationMs: settled.initDurationMs },
  });
}

const record = (at: Instant, type: string, content: object): string =>
  JSON.stringify({ time: isoTime(at), type: `platform.${type}`, record: content });

function statusJson({ outcome, errorType }: Settled): string {
  if (outcome === 'success') return '"status":"success"';
  if (outcome === 'timeout') return '"status":"timeout"';
  return errorType === undefined ? '"status":"error"' : `"status":"error","errorType":${JSON.stringify(errorType)}`;
}

const INIT_ERRORS: ReadonlySet<string> = new Set([
  'Runtime.ImportModuleError',
  'Runtime.HandlerNotFound',
  'Runtime.UserCodeSyntaxError',
  'Runtime.MalformedHandlerName',
  'Runtime.CallbackHandlerDeprecated',
]);

const failedInInit = ({ initDurationMs, errorType }: Settled): boolean =>
  initDurationMs !== undefined && errorType !== undefined && INIT_ERRORS.has(errorType);
