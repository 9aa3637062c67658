/** What can be asked of S3, by AWS's names. */
import { AwsError } from '../../aws-error.ts';
import { operation, type Operation } from '../../contract.ts';
import * as buckets from './bucket-operations.ts';
import { ListObjects, ListObjectsV2 } from './list-objects.ts';
import { ListObjectVersions } from './list-versions.ts';
import { CopyObject, DeleteObject, DeleteObjects, GetObject, HeadObject, PutObject } from './object-operations.ts';
import { settingOperations } from './setting-operations.ts';
import * as uploads from './upload-operations.ts';

/** A caller may say whose bucket it expects: there is one account here. Source: S3 user guide, bucket-owner-condition (D). */
function forOwner(it: Operation): Operation {
  return operation<{ readonly ExpectedBucketOwner?: string; readonly ExpectedSourceBucketOwner?: string }>({
    ...it,
    run(world, input, call) {
      const { ExpectedBucketOwner: owner, ExpectedSourceBucketOwner: sourceOwner } = input;
      if ([owner, sourceOwner].some((it) => it !== undefined && it !== world.accountId))
        throw new AwsError('AccessDenied', 'Access Denied', 403);
      return it.run(world, input as never, call);
    },
  });
}

const all: Readonly<Record<string, Operation>> = {
  ...buckets,
  ...settingOperations,
  ...uploads,
  CopyObject,
  DeleteObject,
  DeleteObjects,
  GetObject,
  HeadObject,
  ListObjectVersions,
  ListObjects,
  ListObjectsV2,
  PutObject,
};

export const operations: Readonly<Record<string, Operation>> = Object.fromEntries(
  Object.entries(all).map(([name, it]) => [name, forOwner(it)]),
);
