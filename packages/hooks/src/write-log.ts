/** One line of bare JSON per entry, so that a log query finds its members. */
export function writeLog(entry: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(entry)}\n`);
}
