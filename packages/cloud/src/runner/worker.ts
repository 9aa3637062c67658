/** Entry point of a runner thread. Node keeps what it compiles, so that the next thread starts in a third of the time. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./serve-runner.ts');
