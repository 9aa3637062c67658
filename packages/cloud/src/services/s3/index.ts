/** S3: what clients upload before they deploy, and read back. Objects live in memory, and in versions where a bucket keeps them. */
import type { Service } from '../../contract.ts';
import { operations } from './operations.ts';
import { apply } from './state.ts';

export const service: Service = { name: 's3', apply, operations };

export { initialS3, type StoredObject } from './state.ts';
export { requireObject } from './find.ts';
export { objectAtUrl } from './object-at-url.ts';
export { BUCKET_SETTINGS } from './setting-operations.ts';
