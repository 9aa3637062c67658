import type { Value, ValueList, ValueMap } from '../template-value.ts';
import { isMap } from '../template-value.ts';
import { InvalidResource } from './sam-context.ts';
import type { Generated } from './sam-context.ts';

const RESERVED = ['lambda:createdBy', 'serverlessrepo:applicationId', 'serverlessrepo:semanticVersion'];

/** `{ Team: 'rides' }` → `[{ Key: 'Team', Value: 'rides' }]` */
export const tagList = (tags: Value | undefined): ValueList =>
  isMap(tags) ? Object.entries(tags).map(([key, value]) => ({ Key: key, Value: value ?? '' })) : [];

/** SAM's own tag comes first, so that adding a tag does not move it. Source: ST:model/__init__.py */
export function tagsWithSam(logicalId: string, tags: Value | undefined): ValueList {
  if (isMap(tags))
    for (const key of RESERVED)
      if (key in tags)
        throw new InvalidResource(
          logicalId,
          `${key} is a reserved Tag key name and cannot be set on your resource. Please change the tag key in the input.`,
          ['Properties', 'Tags'],
        );
  return [{ Key: 'lambda:createdBy', Value: 'SAM' }, ...tagList(tags)];
}

/** Types to which `PropagateTags` carries a resource's tags. */
const TAGGED = new Set([
  'AWS::ApiGateway::RestApi',
  'AWS::ApiGateway::Stage',
  'AWS::ApiGateway::UsagePlan',
  'AWS::CodeDeploy::Application',
  'AWS::CodeDeploy::DeploymentGroup',
  'AWS::IAM::Role',
  'AWS::Lambda::Function',
  'AWS::S3::Bucket',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
]);

/** With `PropagateTags`, the tags replace those of every generated resource that has any. */
export function propagateTags(resources: readonly Generated[], properties: ValueMap): readonly Generated[] {
  const { Tags: tags, PropagateTags: isWanted } = properties;
  if (isWanted !== true || !isMap(tags)) return resources;
  return resources.map(({ logicalId, resource }) => {
    if (typeof resource['Type'] !== 'string' || !TAGGED.has(resource['Type'])) return { logicalId, resource };
    const own = isMap(resource['Properties']) ? resource['Properties'] : {};
    return { logicalId, resource: { ...resource, Properties: { ...own, Tags: tagList(tags) } } };
  });
}
