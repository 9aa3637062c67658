/**
 * What a bucket's owner sets and reads back: kept as it was said. Versioning is followed (versioning.ts); of the
 * others nothing follows. One table: the
 * setting, the member of its Put request, how Get shows it, and S3's error where nothing was set.
 */
import { AwsError } from '../../aws-error.ts';
import { operation, type Operation } from '../../contract.ts';
import { bucketArn, requireBucket } from './find.ts';

interface Setting {
  /** `BucketPolicy` → PutBucketPolicy, GetBucketPolicy, DeleteBucketPolicy. */
  readonly name: string;
  readonly member: string;
  /** `member`: under its own name; `spread`: its members stand in the answer itself. */
  readonly shown: 'member' | 'spread';
  /** What Get answers where nothing was set: an error, or the setting's default. */
  readonly unset: { readonly code: string; readonly message: string } | object;
  readonly deletable: boolean;
  /** Where IAM's name is not the operation's own. */
  readonly action?: string;
  readonly check?: (value: unknown) => void;
}

/** Versioning is enabled or suspended, and never absent again; deleting by a second factor needs one. Source: S3 API reference, PutBucketVersioning (D). */
function checkVersioning(value: unknown): void {
  const { Status, MFADelete } = value as { readonly Status?: string; readonly MFADelete?: string };
  if (Status === undefined)
    throw new AwsError('IllegalVersioningConfigurationException', 'The Versioning element must be specified');
  if (MFADelete === 'Enabled')
    throw new AwsError('NotImplemented', 'MFADelete is not part of the embedded cloud. See docs/slice.md.', 501);
}

const NO_POLICY = { code: 'NoSuchBucketPolicy', message: 'The bucket policy does not exist' };
const NO_TAGS = { code: 'NoSuchTagSet', message: 'The TagSet does not exist' };
const NO_LIFECYCLE = {
  code: 'NoSuchLifecycleConfiguration',
  message: 'The lifecycle configuration does not exist',
};
const NO_OWNERSHIP = {
  code: 'OwnershipControlsNotFoundError',
  message: 'The bucket ownership controls were not found',
};
const NO_BLOCK = {
  code: 'NoSuchPublicAccessBlockConfiguration',
  message: 'The public access block configuration was not found',
};
/** Every bucket is encrypted with S3's own keys unless it says otherwise. Source: S3 user guide, default-bucket-encryption (D). */
const DEFAULT_ENCRYPTION = {
  Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false }],
};

export const BUCKET_SETTINGS: readonly Setting[] = [
  {
    name: 'BucketVersioning',
    member: 'VersioningConfiguration',
    shown: 'spread',
    unset: {},
    deletable: false,
    check: checkVersioning,
  },
  { name: 'BucketPolicy', member: 'Policy', shown: 'member', unset: NO_POLICY, deletable: true },
  { name: 'BucketTagging', member: 'Tagging', shown: 'spread', unset: NO_TAGS, deletable: true },
  {
    name: 'BucketEncryption',
    member: 'ServerSideEncryptionConfiguration',
    shown: 'member',
    unset: DEFAULT_ENCRYPTION,
    deletable: true,
    action: 'EncryptionConfiguration',
  },
  {
    name: 'PublicAccessBlock',
    member: 'PublicAccessBlockConfiguration',
    shown: 'member',
    unset: NO_BLOCK,
    deletable: true,
    action: 'BucketPublicAccessBlock',
  },
  {
    name: 'BucketLifecycleConfiguration',
    member: 'LifecycleConfiguration',
    shown: 'spread',
    unset: NO_LIFECYCLE,
    deletable: false,
    action: 'LifecycleConfiguration',
  },
  {
    name: 'BucketOwnershipControls',
    member: 'OwnershipControls',
    shown: 'member',
    unset: NO_OWNERSHIP,
    deletable: true,
  },
  { name: 'BucketLogging', member: 'BucketLoggingStatus', shown: 'spread', unset: {}, deletable: false },
  {
    name: 'BucketNotificationConfiguration',
    member: 'NotificationConfiguration',
    shown: 'spread',
    unset: {},
    deletable: false,
    action: 'BucketNotification',
  },
];

type Input = Readonly<Record<string, unknown>> & { readonly Bucket?: string };

function operationsOf(setting: Setting): readonly (readonly [string, Operation])[] {
  const { name, action = name, deletable, check } = setting;
  const put = (verb: string, value: (input: Input) => unknown): readonly [string, Operation] => [
    `${verb}${name}`,
    operation<Input>({
      action: `s3:Put${action}`,
      resource: (world, { Bucket }) => bucketArn(world, Bucket),
      run(world, input) {
        const bucket = requireBucket(world, input.Bucket).name;
        if (verb === 'Put') check?.(value(input));
        return { output: {}, effects: [{ type: 's3.BucketSettingPut', bucket, setting: name, value: value(input) }] };
      },
    }),
  ];
  const get = operation<Input>({
    action: `s3:Get${action}`,
    resource: (world, { Bucket }) => bucketArn(world, Bucket),
    run: (world, { Bucket }) => ({
      output: shown(setting, requireBucket(world, Bucket).settings.get(name)),
      effects: [],
    }),
  });
  return [
    put('Put', (input) => input[setting.member] ?? {}),
    [`Get${name}`, get],
    ...(deletable ? [put('Delete', () => undefined)] : []),
  ];
}

function shown({ member, shown: how, unset }: Setting, value: unknown): object {
  if (value === undefined && 'code' in unset && 'message' in unset)
    throw new AwsError(String(unset.code), String(unset.message), 404);
  const whole = value ?? unset;
  return how === 'member' ? { [member]: whole } : whole;
}

export const settingOperations: Readonly<Record<string, Operation>> = Object.fromEntries(
  BUCKET_SETTINGS.flatMap(operationsOf),
);
