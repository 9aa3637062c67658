/** Clouds that are kept in a folder, cut off as a kill would, and taken up again. */
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Cloud, createCloud } from '../cloud.ts';
import type { JournalEntry } from '../journal.ts';
import type { Artifact } from '../world-state.ts';
import type { Packed } from './pack-records.ts';
import { StateFolder } from './state-folder.ts';

export const START = Date.UTC(2026, 0, 5, 9);

export function artifact(code: string): Artifact {
  const digest = createHash('sha256').update(code);
  const key = digest.copy().digest('hex').slice(0, 32);
  return { key, sha256: digest.digest('base64'), files: new Map([['index.mjs', Buffer.from(code)]]) };
}

/** A call over the wire, from outside. */
export const call = (target: string, body: object) => (cloud: Cloud) =>
  cloud.handle({
    method: 'POST',
    url: '/',
    headers: { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' },
    body: Buffer.from(JSON.stringify(body)),
  });

export const invoke =
  (functionName: string, type = 'RequestResponse') =>
  (cloud: Cloud) =>
    cloud.handle({
      method: 'POST',
      url: `/2015-03-31/functions/${functionName}/invocations`,
      headers: {
        'x-amz-invocation-type': type,
        authorization: 'AWS4-HMAC-SHA256 Credential=me/20260105/us-east-1/lambda/aws4_request',
      },
      body: Buffer.from('{}'),
    });

export interface Life {
  readonly endedAt: number;
  readonly entries: readonly JournalEntry[];
}

/** One life of a cloud in a folder: taken up, told on, ended in order. How many threads it has changes nothing that is kept. */
export async function live(
  directory: string,
  story: (cloud: Cloud) => Promise<void>,
  hear: (cloud: Cloud) => void = () => undefined,
  workers = 1,
): Promise<Life> {
  const cloud = await createCloud({ start: START, keep: new StateFolder(directory), workers });
  const entries: JournalEntry[] = [];
  cloud.journal.subscribe((entry) => entries.push(entry));
  try {
    await cloud.resume(() => hear(cloud));
    await story(cloud);
    return { endedAt: cloud.now, entries };
  } finally {
    await cloud.close();
  }
}

/** A journal as text, an entry a line. */
export const linesOf = (entries: readonly JournalEntry[]): readonly string[] =>
  entries.map((entry) => JSON.stringify(entry, (_key, value: unknown) => (value instanceof Map ? [...value] : value)));

/** All that a folder keeps, its header first. */
export async function keptIn(directory: string): Promise<readonly Packed[]> {
  const folder = new StateFolder(directory);
  const records = [{ document: folder.header, bytes: new Uint8Array() }, ...folder.records()];
  await folder.close();
  return records;
}

export const typeOf = ({ document }: Packed): string | undefined => (document as { readonly type?: string }).type;

/** A folder as a kill leaves it: this many records, and so many bytes of the next one. */
export function cutOff(whole: string, root: string, records: number, bytes = 0): string {
  const cut = mkdtempSync(join(root, 'cut-'));
  cpSync(whole, cut, { recursive: true });
  // The process that wrote it is dead.
  writeFileSync(join(cut, 'lock'), '4194303999 1');
  truncateSync(join(cut, 'history'), endOf(whole, records) + bytes);
  truncateSync(join(cut, 'instant'), 0);
  return cut;
}

/** Where a record ends, in bytes. */
export function endOf(folder: string, records: number): number {
  const file = readFileSync(join(folder, 'history'));
  let end = 0;
  for (let i = 0; i < records; i++) end += 12 + file.readUInt32LE(end);
  return end;
}
