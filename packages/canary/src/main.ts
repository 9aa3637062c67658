/** The command's way in: runs it and turns how it ended into an exit code. Everything a person did wrong is said here. */
import { formatProblem, type Problem, UserError } from '@unicorns/cloud/user-error';
import { runCommandLine } from './command-line.ts';

/** 0 as expected, 1 not as expected, 2 bad input, 70 a bug of ours. */
const BAD_INPUT = 2;
const BUG = 70;
/** A machine that has no room, or does not let us: nobody's bug. */
const OF_THE_MACHINE = new Set<unknown>(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EMFILE', 'ENFILE']);

/** File by file, from the first line to the last. */
const inOrder = (problems: readonly Problem[]): readonly Problem[] =>
  problems.toSorted((a, b) =>
    a.file === b.file ? (a.line ?? 0) - (b.line ?? 0) : (a.file ?? '') < (b.file ?? '') ? -1 : 1,
  );

// pnpm runs scripts in the root of the repository; paths on the command line start where the person is.
const invokedFrom = process.env['INIT_CWD'];
if (invokedFrom !== undefined) process.chdir(invokedFrom);

// `rehearse | head` closes the pipe: nobody reads any more, and that is all. A full disk is no verdict.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  process.stderr.write(`What is said here cannot be written: ${error.message}.\n`);
  process.exit(BAD_INPUT);
});

try {
  process.exitCode = await runCommandLine(process.argv.slice(2));
} catch (error) {
  if (error instanceof UserError) {
    for (const problem of inOrder(error.problems)) process.stderr.write(`${formatProblem(problem)}\n`);
    // At once: another rehearsal may still be going on.
    process.exit(BAD_INPUT);
  } else if (error instanceof Error && 'code' in error && OF_THE_MACHINE.has(error.code)) {
    process.stderr.write(`This machine does not let it: ${error.message}.\n`);
    process.exit(BAD_INPUT);
  } else {
    process.stderr.write(
      `This is a bug of the rehearsal, not of your code.\n${error instanceof Error ? error.stack : String(error)}\n`,
    );
    process.exit(BUG);
  }
}
