import { AwsError } from '../../aws-error.ts';
import type { World } from '../../world-state.ts';
import { requireObject } from './find.ts';
import type { StoredObject } from './state.ts';

/**
 * The object that a URL names, as TemplateURL does: path style, or with the bucket in front of the host. A host
 * that is not Amazon's is this cloud's own endpoint: the AWS CLI writes the endpoint's URL.
 * Source: AC:s3uploader.py `to_path_style_s3_url`, SC:lib/package/s3_uploader.py; S3 user guide, VirtualHosting (D).
 */
export function objectAtUrl(world: World, url: string): StoredObject {
  const [bucket, key, versionId] = bucketAndKey(url) ?? [];
  if (bucket === undefined || key === undefined || key === '')
    throw new AwsError('ValidationError', `TemplateURL must be a supported URL.`);
  try {
    return requireObject(world, bucket, key, versionId);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError(
      'ValidationError',
      `S3 error: ${error.message}\nFor more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html`,
    );
  }
}

function bucketAndKey(text: string): readonly [bucket: string, key: string, versionId?: string] | undefined {
  let url: URL;
  try {
    url = new URL(text);
    const path = decodeURIComponent(url.pathname).replace(/^\/+/, '');
    const [, virtual] = /^(.+)\.s3[.-](?:[a-z0-9-]+\.)*amazonaws\.com(?:\.cn)?$/.exec(url.hostname) ?? [];
    const version = url.searchParams.get('versionId');
    const rest = version === null ? ([] as const) : ([version] as const);
    if (virtual !== undefined) return [virtual, path, ...rest];
    const slash = path.indexOf('/');
    return slash < 0 ? undefined : [path.slice(0, slash), path.slice(slash + 1), ...rest];
  } catch {
    return undefined;
  }
}
