/** Names of AWS's metrics, which are case-sensitive and differ between REST and HTTP APIs. */
import type { Rule } from '../finding.ts';
import { valueOf, type WatchedMetric } from '../template/alarms.ts';
import { atMetric, filtersOf, gateMetrics, isOfAws } from './gates.ts';

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const LAMBDA = words(`
  Invocations Errors DeadLetterErrors DestinationDeliveryFailures Throttles OversizedRecordCount Duration
  ProvisionedConcurrencyInvocations ProvisionedConcurrencySpilloverInvocations RecursiveInvocationsDropped
  PostRuntimeExtensionsDuration IteratorAge OffsetLag ConcurrentExecutions ProvisionedConcurrentExecutions
  ProvisionedConcurrencyUtilization UnreservedConcurrentExecutions ClaimedAccountConcurrency AsyncEventsReceived
  AsyncEventAge AsyncEventsDropped UrlRequestCount Url4xxCount Url5xxCount UrlRequestLatency
  SignatureValidationErrors PolledEventCount InvokedEventCount FilteredOutEventCount FailedInvokeEventCount
  DroppedEventCount OnFailureDestinationDeliveredEventCount DeletedEventCount CPUUtilization MemoryUtilization
  vCPUAvailable MemoryAvailable vCPUAllocated MemoryAllocated ApproximateRunningDurableExecutions
  ApproximateRunningDurableExecutionsUtilization DurableExecutionDuration DurableExecutionStarted
  DurableExecutionStopped DurableExecutionSucceeded DurableExecutionFailed DurableExecutionTimedOut
  DurableExecutionOperations DurableExecutionStorageWrittenBytes`);
const REST = words('4XXError 5XXError Count Latency IntegrationLatency CacheHitCount CacheMissCount');
const HTTP = words('4xx 5xx Count Latency IntegrationLatency DataProcessed');
const WEB_SOCKET = words('ConnectCount MessageCount IntegrationError ClientError ExecutionError');
const NAMESPACES = words(
  'AWS/Lambda AWS/ApiGateway AWS/DynamoDB AWS/SQS AWS/SNS AWS/Logs AWS/CloudFront AWS/ApplicationELB',
);

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]|s$|errors?$|count$/g, '');

/** The name that was probably meant. */
const meant = (name: string, names: readonly string[]): string | undefined =>
  names.find((it) => it.toLowerCase() === name.toLowerCase()) ?? names.find((it) => plain(it) === plain(name));

export const metricName: Rule = {
  id: 'metric-name',
  severity: 'error',
  title: 'An alarm watches a metric that does not exist under that name',
  onAws:
    'Names are case-sensitive, and nobody but AWS can publish under AWS/…: the alarm never gets data and never fires.',
  cure: 'Take the name as AWS spells it. REST APIs have 4XXError and 5XXError, HTTP APIs 4xx and 5xx.',
  source: 'P6, cloudwatch 4.1, 5.6',
  *judge(branch) {
    for (const it of gateMetrics(branch)) {
      const { metric } = it;
      const names = namesOf(metric);
      if (names === undefined || names.includes(metric.metricName) || !branch.names.isKnown(metric.metricName))
        continue;
      const right = meant(metric.metricName, names);
      const kind =
        metric.namespace === 'AWS/ApiGateway'
          ? ` for ${valueOf(metric, 'ApiId') === undefined ? 'REST' : 'HTTP'} APIs`
          : '';
      const message = `${metric.namespace} has no metric "${metric.metricName}"${kind}${right === undefined ? '' : `; "${right}" is its name`}.`;
      yield { ...atMetric(it, 'MetricName', message), ...(right === undefined && { severity: 'warning' }) };
    }
  },
};

function namesOf(metric: WatchedMetric): readonly string[] | undefined {
  if (metric.namespace === 'AWS/Lambda') return LAMBDA;
  if (metric.namespace !== 'AWS/ApiGateway') return undefined;
  if (valueOf(metric, 'Route') !== undefined) return undefined;
  if (valueOf(metric, 'ApiName') !== undefined) return REST;
  return valueOf(metric, 'ApiId') === undefined ? undefined : [...HTTP, ...WEB_SOCKET];
}

export const metricNamespace: Rule = {
  id: 'metric-namespace',
  severity: 'error',
  title: 'An alarm names a namespace that AWS does not have',
  onAws: 'Namespaces are case-sensitive, and those that begin with AWS/ are AWS’s alone: the alarm never gets data.',
  cure: 'Write AWS/Lambda, or AWS/ApiGateway for REST and HTTP APIs alike.',
  source: 'P6, cloudwatch 1.7',
  *judge(branch) {
    for (const it of gateMetrics(branch)) {
      const { namespace } = it.metric;
      if (namespace.includes('${')) {
        yield atMetric(it, 'Namespace', `The namespace is the text "${namespace}": without !Sub nothing is put in.`);
        continue;
      }
      const bare = namespace.toLowerCase().replaceAll(/^aws\/|\s|v2$/g, '');
      const right = NAMESPACES.find((name) => name.toLowerCase() === `aws/${bare}`);
      if (right === undefined || right === namespace) continue;
      const isOwn = !/^aws\//i.test(namespace);
      if (isOwn && namesOf({ ...it.metric, namespace: right })?.includes(it.metric.metricName) !== true) continue;
      yield {
        ...atMetric(it, 'Namespace', `The namespace is "${namespace}"; AWS calls it "${right}".`),
        ...(isOwn && { severity: 'warning' }),
      };
    }
  },
};

export const unpublishedMetric: Rule = {
  id: 'unpublished-metric',
  severity: 'warning',
  title: 'No metric filter publishes what the alarm watches',
  onAws: 'If the code does not publish the metric itself, the alarm never gets data and never fires.',
  cure: 'Spell namespace, name and dimensions alike in the filter and in the alarm.',
  source: 'P6, cloudwatch 1.7, 3.1',
  *judge(branch) {
    for (const it of gateMetrics(branch)) {
      const { metric } = it;
      if (isOfAws(metric)) continue;
      const show = (text: string): string => branch.names.show(text);
      const own = filtersOf(metric, branch);
      if (own.length === 0) {
        const near = branch.filters.find(
          (filter) =>
            `${filter.namespace} ${filter.metricName}`.toLowerCase() ===
              `${metric.namespace} ${metric.metricName}`.toLowerCase() ||
            (filter.namespace === metric.namespace && plain(filter.metricName) === plain(metric.metricName)) ||
            (filter.metricName === metric.metricName && filter.namespace !== metric.namespace),
        );
        if (near !== undefined)
          yield atMetric(
            it,
            'MetricName',
            `The alarm watches ${show(metric.namespace)} ${show(metric.metricName)}; the filter ${near.resource.id} publishes ${show(near.namespace)} ${show(near.metricName)}.`,
          );
        continue;
      }
      const wanted = metric.dimensions
        .map(({ name }) => name)
        .toSorted()
        .join(', ');
      const sets = own.map((filter) => [...filter.dimensionNames].toSorted().join(', '));
      if (!sets.includes(wanted))
        yield atMetric(
          it,
          'Dimensions',
          `The alarm asks for the dimensions [${wanted}]; the filter ${own[0]?.resource.id ?? ''} publishes [${sets[0] ?? ''}].`,
        );
    }
  },
};

export const metricNameRules: readonly Rule[] = [metricName, metricNamespace, unpublishedMetric];
