/** What can be asked of S3, by AWS's names. */
import type { Operation } from '../../contract.ts';
import * as buckets from './bucket-operations.ts';
import { ListObjects, ListObjectsV2 } from './list-objects.ts';
import { ListObjectVersions } from './list-versions.ts';
import { CopyObject, DeleteObject, DeleteObjects, GetObject, HeadObject, PutObject } from './object-operations.ts';
import { settingOperations } from './setting-operations.ts';
import * as uploads from './upload-operations.ts';

export const operations: Readonly<Record<string, Operation>> = {
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
