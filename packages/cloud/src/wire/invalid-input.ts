/** The error of a request that breaks its model, by the service whose request it is. */
import { AwsError } from '../aws-error.ts';
import type { Shape } from './call.ts';
import type { Violation } from './constraints.ts';
import type { OperationShape, ServiceDescription } from './service-description.ts';

export function checkConstraints(
  service: ServiceDescription,
  operation: OperationShape,
  input: Shape,
  code = 'ValidationException',
): void {
  const violations = service.findViolations(operation, input);
  const [first] = violations;
  if (first === undefined) return;
  if (service.name === 's3' && first.path.includes('.')) throw malformedXml();
  throw new AwsError(ownCode(service, first) ?? code, violationText(violations));
}

/**
 * CodeDeploy has codes of its own: DeploymentIdRequiredException for a member that is missing,
 * InvalidDeploymentStatusException for one that breaks the constraint of its shape. Source: CodeDeploy API reference (D).
 */
function ownCode({ errors }: ServiceDescription, { member, shape }: Violation): string | undefined {
  const code =
    shape === undefined
      ? `${member.charAt(0).toUpperCase()}${member.slice(1)}RequiredException`
      : `Invalid${shape}Exception`;
  return errors.has(code) ? code : undefined;
}

/**
 * S3 reads its bodies by a schema of XML, and tells nothing of what broke it, nor of what is missing: DeleteObjects
 * without an object. Source: S3 API reference: Error responses (D), aws-sdk-ruby #1114 (C).
 */
const malformedXml = (): AwsError =>
  new AwsError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );

const violationText = (violations: readonly Violation[]): string =>
  `${violations.length} validation error${violations.length === 1 ? '' : 's'} detected: ${violations
    .map(({ text }) => text)
    .join('; ')}`;
