import type { Value, ValueMap } from '../template-value.ts';
import { isMap, mapAt, present, textOf } from '../template-value.ts';
import { InvalidResource } from './sam-context.ts';
import type { SamContext } from './sam-context.ts';

/**
 * The `Code` of a function from InlineCode, CodeUri or ImageUri. A CodeUri is `s3://bucket/key`,
 * `{ Bucket, Key, Version }`, or a folder, which the caller's `resolveCode` turns into an upload.
 * Source: ST:model/sam_resources.py `_construct_code_dict`, ST:model/s3_utils/uri_parser.py
 */
export function codeLocation(logicalId: string, properties: ValueMap, context: SamContext): ValueMap {
  const { InlineCode: inline, CodeUri: uri, ImageUri: image, PackageType: packageType = 'Zip' } = properties;
  if (packageType === 'Image') {
    return { ImageUri: image === undefined || image === '' ? builtImage(logicalId, context) : image };
  }
  if (packageType !== 'Zip')
    throw new InvalidResource(logicalId, `invalid 'PackageType' : ${textOf(packageType)}`, [
      'Properties',
      'PackageType',
    ]);
  // Without either, `sam package` takes the folder of the template.
  const code = inline === undefined ? uploadedTo(logicalId, 'CodeUri', uri ?? '.', context) : { ZipFile: inline };
  return present({ ...code, SourceKMSKeyArn: properties['SourceKMSKeyArn'] });
}

/** `sam build` makes the image that the Metadata describe, and `sam package` puts its place into the template. */
function builtImage(logicalId: string, { resources, resolveCode, problems }: SamContext): string {
  const metadata = mapAt(mapAt(resources, logicalId), 'Metadata');
  const { Dockerfile: file, DockerContext: folder = '.' } = metadata;
  if (file === undefined && metadata['DockerContext'] === undefined)
    throw new InvalidResource(logicalId, "'ImageUri' must be set.");
  const line = problems.source.lineOf(['Resources', logicalId, 'Metadata']);
  const { S3Bucket, S3Key } = resolveCode(textOf(folder), line);
  return `${S3Bucket}/${S3Key}`;
}

/** Where the content of `property` is: `{ S3Bucket, S3Key, S3ObjectVersion }`. */
export function uploadedTo(logicalId: string, property: string, uri: Value, context: SamContext): ValueMap {
  if (isMap(uri)) {
    const { Bucket: bucket, Key: key, Version: version } = uri;
    if (bucket === undefined || bucket === '' || key === undefined || key === '')
      throw new InvalidResource(logicalId, `'${property}' requires Bucket and Key properties to be specified.`, [
        'Properties',
        property,
      ]);
    return present({ S3Bucket: bucket, S3Key: key, S3ObjectVersion: version });
  }
  if (typeof uri !== 'string')
    throw new InvalidResource(logicalId, `'${property}' must be of type dict or string.`, ['Properties', property]);
  return fromS3Uri(uri) ?? fromLocalPath(logicalId, property, uri, context);
}

/** `s3://bucket/key?versionId=v` */
function fromS3Uri(uri: string): ValueMap | undefined {
  const match = /^s3:\/\/([^/]+)\/+([^?#]+)(?:\?(.*))?$/.exec(uri);
  if (match === null) return undefined;
  const version = new URLSearchParams(match[3] ?? '').getAll('versionId');
  return present({
    S3Bucket: match[1],
    S3Key: match[2],
    S3ObjectVersion: version.length === 1 ? version[0] : undefined,
  });
}

function fromLocalPath(logicalId: string, property: string, uri: string, context: SamContext): ValueMap {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(uri))
    throw new InvalidResource(
      logicalId,
      `'${property}' is not a valid S3 Uri of the form 's3://bucket/key' with optional versionId query parameter.`,
      ['Properties', property],
    );
  const line = context.problems.source.lineOf(['Resources', logicalId, 'Properties', property]);
  const { S3Bucket, S3Key } = context.resolveCode(uri, line);
  return { S3Bucket, S3Key };
}
