import { createHash } from 'node:crypto';
import type { FunctionCode as CodeRequest, UpdateFunctionCodeRequest } from '@aws-sdk/client-lambda';
import { AwsError } from '../../aws-error.ts';
import type { World } from '../../world-state.ts';
import { invalidParameter } from './function-name.ts';
import type { FunctionCode } from './state.ts';

/** Code as CreateFunction and UpdateFunctionCode name it. CloudFormation's ZipFile is text, an SDK's bytes. */
export type CodeInput = Omit<CodeRequest & UpdateFunctionCodeRequest, 'ZipFile' | 'FunctionName'> & {
  readonly ZipFile?: Uint8Array | string | undefined;
};

/**
 * Resolves where the code is. A deployment package must be among the world's artifacts, under its S3 key;
 * text in ZipFile becomes a single file, as CloudFormation makes it. Zip bytes are not unpacked.
 */
export function resolveCode(world: World, input: CodeInput): FunctionCode {
  if (input.ImageUri !== undefined)
    return { type: 'image', imageUri: input.ImageUri, sha256: sha256(input.ImageUri), sizeBytes: 0 };
  if (input.ZipFile !== undefined) return inlineCode(input.ZipFile);
  if (input.S3Key === undefined) throw invalidParameter('Please provide a source for function code.');
  return artifactCode(world, input.S3Bucket, input.S3Key);
}

function inlineCode(zipFile: Uint8Array | string): FunctionCode {
  if (typeof zipFile !== 'string')
    throw new AwsError(
      'NotImplemented',
      'A zip archive in ZipFile is outside the slice: give the code as S3Bucket and S3Key, or as inline text in a template. See docs/slice.md#lambda.',
      501,
    );
  return { type: 'inline', text: zipFile, sha256: sha256(zipFile), sizeBytes: Buffer.byteLength(zipFile) };
}

/** Source of the text: LS lambda_/test_lambda_api.snapshot.json (S). */
function artifactCode(world: World, bucket: string | undefined, key: string): FunctionCode {
  const artifact = world.artifacts.get(key);
  if (artifact === undefined)
    throw invalidParameter(
      'Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.',
    );
  let sizeBytes = 0;
  for (const file of artifact.files.values()) sizeBytes += file.byteLength;
  const code = { type: 'artifact', key, sha256: artifact.sha256, sizeBytes } as const;
  return bucket === undefined ? code : { ...code, bucket };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');
