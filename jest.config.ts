import type { Config } from 'jest';

/** One project per package; Node 24 strips the types itself, so nothing is transformed. */
const project = (name: string): NonNullable<Config['projects']>[number] => ({
  displayName: name,
  rootDir: `packages/${name}`,
  testMatch: ['<rootDir>/src/**/*.test.ts'],
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironment: 'node',
});

const config: Config = {
  projects: [
    ...['list', 'hooks', 'cloud', 'canary'].map(project),
    { ...project('tidy'), rootDir: 'scripts', testMatch: ['<rootDir>/**/*.test.ts'] },
  ],
  testSequencer: './scripts/slowest-first.mjs',
  coverageProvider: 'babel',
  // Jest leaves one core free by default; of two that is half the machine.
  maxWorkers: '100%',
  // A test that hangs is ended. A slow machine is no hanging test: some start clouds, workers and the bundler.
  testTimeout: 240_000,
};
export default config;
