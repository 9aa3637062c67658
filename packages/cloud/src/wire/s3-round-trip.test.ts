/**
 * decode(encode(x)) = x for every operation of S3 in the slice. Its client has a will of its own: it looks at some
 * members before it writes them, and says others by itself. What it must be given, and what it makes, is named here.
 */
import * as s3 from '@aws-sdk/client-s3';
import { test } from '@jest/globals';
import fc from 'fast-check';
import { SERVICES } from '../world.ts';
import { HEADER_TEXT, roundTrip, type Tailored } from './round-trip.fixture.ts';

const KEY = fc.oneof(
  fc.constantFrom(
    'a b+c',
    'folder/',
    '.',
    '..',
    'a/../b',
    './x',
    'a//b',
    '/lead',
    'ünï/😀.txt',
    'p%20q',
    'a?b=c&d#e',
    '日本',
    "x'(y)*!~z",
    'a:b@c,d;e=f',
    'line\nbreak',
    '\u0001',
  ),
  fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }),
);
const METADATA = fc.dictionary(fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,8}$/), HEADER_TEXT, { minKeys: 1, maxKeys: 3 });
/** 256 bits, as the client checks. */
const CUSTOMER_KEY = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((it) => Buffer.from(it).toString('base64'));
const maybe = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(values, { nil: undefined });

const INPUT: Tailored = {
  // In a path, not in a host's name; dots make no difference there.
  Bucket: fc.stringMatching(/^[a-z0-9][a-z0-9.-]{1,20}[a-z0-9]$/).filter((it) => !it.includes('..')),
  Key: KEY,
  Body: fc.uint8Array({ maxLength: 20 }),
  Metadata: maybe(METADATA),
  SSECustomerKey: maybe(CUSTOMER_KEY),
  CopySourceSSECustomerKey: maybe(CUSTOMER_KEY),
  // The client has a checksum of its own to send where it is told of none, and a type for an object without one.
  ChecksumAlgorithm: fc.constantFrom('CRC32', 'SHA1', 'SHA256'),
  ContentType: HEADER_TEXT,
  // The client computes these from the bytes and the keys.
  ContentLength: 'left out',
  ChecksumCRC32: 'left out',
  ChecksumSHA1: 'left out',
  ChecksumSHA256: 'left out',
  SSECustomerKeyMD5: 'left out',
  CopySourceSSECustomerKeyMD5: 'left out',
};
const OUTPUT: Tailored = {
  Body: fc.uint8Array({ maxLength: 20 }),
  Metadata: maybe(METADATA),
  // Every object has a type, and a copy a result: the client takes an answer without one for an error.
  ContentType: HEADER_TEXT,
  CopyObjectResult: 'always there',
  // The client makes it out of Expires.
  ExpiresString: 'left out',
};

const { operations, check } = roundTrip('s3', s3, s3.S3Client, {
  forcePathStyle: true,
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
});
const slice = SERVICES.find(({ name }) => name === 's3')?.operations ?? {};

test.each(operations.filter(({ name }) => name in slice).map((it) => [it.name, it] as const))(
  '%s: what a client sends is what is read, and the other way round',
  (_name, operation) => check(operation, INPUT, OUTPUT),
);
