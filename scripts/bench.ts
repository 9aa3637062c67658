/**
 * `pnpm bench [name …] [--with-emulators]`: the numbers that the design promises, each measured beside what it is compared with, in one
 * run. Absolute times differ from machine to machine; ratios tell. Exit 1 when a row is not where it must be.
 */
import type { Row } from './bench/row.ts';

/** Other emulators of which the installation takes minutes. */
const WITH_EMULATORS = '--with-emulators';
const mayInstall = process.argv.includes(WITH_EMULATORS);

const ALL: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  bundle: async () => (await import('./bench/bundle.ts')).benchBundle(),
  path: async () => (await import('./bench/path.ts')).benchPath(),
  emulators: async () => (await import('./bench/emulators.ts')).benchEmulators(mayInstall),
  canary: async () => (await import('./bench/canary.ts')).benchCanary(),
  state: async () => (await import('./bench/state.ts')).benchState(),
  environments: async () => (await import('./bench/environments.ts')).benchEnvironments(),
  command: async () => (await import('./bench/command.ts')).benchCommand(),
  check: async () => (await import('./bench/check.ts')).benchCheck(),
  plan: async () => (await import('./bench/plan.ts')).benchPlan(),
  wire: async () => {
    const { benchWire, verdict } = await import('./bench/wire.ts');
    const { benchMoto } = await import('./bench/moto.ts');
    const { row, thousands } = await import('./bench/row.ts');
    const rows = (await benchWire(2)).map((measured) => {
      const { name, perSecond, barePerSecond } = measured;
      const { target, isMet, by } = verdict(measured);
      const share = `${(perSecond / barePerSecond).toFixed(2)} × bare node:http (${thousands(barePerSecond)}/s)`;
      return row(`wire: ${name}`, `${thousands(perSecond)}/s, ${share}: met ${by}`, target, isMet);
    });
    return [...rows, ...(await benchMoto(2))];
  },
};

const asked = process.argv.slice(2).filter((it) => it !== WITH_EMULATORS);
const unknown = asked.filter((name) => !(name in ALL));
if (unknown.length > 0) {
  process.stderr.write(`There is no bench called ${unknown.join(', ')}. There are: ${Object.keys(ALL).join(', ')}.\n`);
  process.exit(2);
}

let missed = 0;
for (const [name, bench] of Object.entries(ALL)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  for (const { name: what, measured, target, isMet } of await bench()) {
    if (!isMet) missed++;
    process.stdout.write(`${isMet ? '✓' : '✗'} ${what}\n    ${measured}   (must be ${target})\n`);
  }
}
process.exit(missed > 0 ? 1 : 0);
