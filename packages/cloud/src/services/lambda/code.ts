import { createHash } from 'node:crypto';
import type { FunctionCode as CodeRequest, UpdateFunctionCodeRequest } from '@aws-sdk/client-lambda';
import { AwsError } from '../../aws-error.ts';
import type { World } from '../../world-state.ts';
import { requireObject } from '../s3/index.ts';
import { invalidParameter } from './function-name.ts';
import type { FunctionCode, PackageStored } from './state.ts';
import { BadZip, unzip } from './unzip.ts';

/** Code as CreateFunction and UpdateFunctionCode name it. CloudFormation's ZipFile is text, an SDK's bytes. */
export type CodeInput = Omit<CodeRequest & UpdateFunctionCodeRequest, 'ZipFile' | 'FunctionName'> & {
  readonly ZipFile?: Uint8Array | string | undefined;
};

export interface ResolvedCode {
  readonly code: FunctionCode;
  /** Keeps the files of a package that was not known yet. */
  readonly effects: readonly PackageStored[];
}

/**
 * Resolves where the code is: an archive in S3 or in the request, a package that the cloud was given unpacked, a
 * container image, or text in a template, which becomes a single file, as CloudFormation makes it.
 */
export function resolveCode(world: World, input: CodeInput): ResolvedCode {
  if (input.ImageUri !== undefined)
    return known({ type: 'image', imageUri: input.ImageUri, sha256: sha256(input.ImageUri), sizeBytes: 0 });
  if (typeof input.ZipFile === 'string') return known(inlineCode(input.ZipFile));
  if (input.ZipFile !== undefined) return archive(world, input.ZipFile);
  if (input.S3Key === undefined) throw invalidParameter('Please provide a source for function code.');
  if (world.artifacts.has(input.S3Key)) return known(artifactCode(world, input.S3Bucket, input.S3Key));
  return archive(world, bytesInS3(world, input), input.S3Bucket);
}

/** What S3 says against it is handed on in Lambda's words. Source: answers of CreateFunction quoted in AWS SAM issues (C). */
function bytesInS3(world: World, { S3Bucket, S3Key, S3ObjectVersion }: CodeInput): Uint8Array {
  try {
    return requireObject(world, S3Bucket, S3Key, S3ObjectVersion).body;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalidParameter(
      `Error occurred while GetObject. S3 Error Code: ${error.code}. S3 Error Message: ${error.message}`,
    );
  }
}

const known = (code: FunctionCode): ResolvedCode => ({ code, effects: [] });

const inlineCode = (text: string): FunctionCode => ({
  type: 'inline',
  text,
  sha256: sha256(text),
  sizeBytes: Buffer.byteLength(text),
});

/** CodeSha256 is over the archive's own bytes. Source: LDG API: FunctionConfiguration (D). */
function archive(world: World, zip: Uint8Array, bucket?: string): ResolvedCode {
  const digest = sha256(zip);
  const key = `zip-${Buffer.from(digest, 'base64').toString('hex')}`;
  const code: FunctionCode = {
    type: 'artifact',
    key,
    sha256: digest,
    sizeBytes: zip.length,
    ...(bucket !== undefined && { bucket }),
  };
  if (world.artifacts.has(key)) return known(code);
  return {
    code,
    effects: [{ type: 'lambda.PackageStored', artifact: { key, sha256: digest, files: unpacked(zip) } }],
  };
}

/** Source of the texts: LS lambda_/test_lambda_api.snapshot.json (S). Why it is so is this cloud's own addition. */
function unpacked(zip: Uint8Array): ReadonlyMap<string, Uint8Array> {
  if (zip.length === 0) throw invalidParameter('Uploaded file must be a non-empty zip');
  try {
    const files = unzip(zip);
    if (files.size > 0) return files;
  } catch (error) {
    if (!(error instanceof BadZip)) throw error;
    if (error.message.startsWith('Unzipped size')) throw invalidParameter(error.message);
    throw invalidParameter(
      `Could not unzip uploaded file. Please check your file, then try to upload again. (${error.message})`,
    );
  }
  throw invalidParameter('Uploaded file must be a non-empty zip');
}

/** Source of the text: LS lambda_/test_lambda_api.snapshot.json (S). */
function artifactCode(world: World, bucket: string | undefined, key: string): FunctionCode {
  const artifact = world.artifacts.get(key);
  if (artifact === undefined) throw new Error(`no artifact ${key}`);
  let sizeBytes = 0;
  for (const file of artifact.files.values()) sizeBytes += file.byteLength;
  const code = { type: 'artifact', key, sha256: artifact.sha256, sizeBytes } as const;
  return bucket === undefined ? code : { ...code, bucket };
}

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('base64');
