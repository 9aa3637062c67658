import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';

const serviceName = process.env['POWERTOOLS_SERVICE_NAME'] ?? 'list';

/** What goes wrong inside. Never the event, headers, query values or anything of a person. */
export const logger = new Logger({ serviceName });

/** Its namespace is POWERTOOLS_METRICS_NAMESPACE, which the template sets to the stack's name. */
export const metrics = new Metrics({ serviceName });
