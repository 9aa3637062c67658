/** The commands. Only the one that is asked for is loaded: a person waits for no room that is not entered. */
import { Command, CommanderError } from 'commander';
import { REPOSITORY } from './repository.ts';

type SetExitCode = (code: number) => void;
type Register = (program: Command, setExitCode: SetExitCode) => void;

const COMMANDS: Readonly<Record<string, () => Promise<Register>>> = {
  rehearse: async () => (await import('./register-rehearse.ts')).registerRehearse,
  ping: async () => (await import('./ping/index.ts')).registerPing,
  check: async () => {
    const { registerCheck } = await import('./check/index.ts');
    return (program, setExitCode) => registerCheck(program, setExitCode, REPOSITORY.templateFile);
  },
  plan: async () => {
    const { registerPlan } = await import('./plan/index.ts');
    return (program) => registerPlan(program, REPOSITORY.templateFile);
  },
  watch: async () => (await import('./watch/index.ts')).registerWatch,
  serve: async () => (await import('./serve/index.ts')).registerServe,
  stop: async () => (await import('./stop/index.ts')).registerStop,
  faults: async () => (await import('./faults-list/index.ts')).registerFaults,
};

/** Runs a command line and gives its exit code. Throws UserError for what a person did wrong. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = new Command('canary').description('Safe Lambda releases, rehearsed before they ship.').exitOverride();
  for (const register of await needed(args[0])) register(program, (code) => (exitCode = code));
  for (const command of program.commands) refuseTwice(command);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has already written its message.
    return error.exitCode === 0 ? 0 : 2;
  }
  return exitCode;
}

/** Of an option that is given twice and takes one value, the first would be dropped without a word. */
function refuseTwice(command: Command): void {
  const takesOne = command.options.filter(({ required, defaultValue }) => required && !Array.isArray(defaultValue));
  for (const option of takesOne) {
    let times = 0;
    command.on(`option:${option.name()}`, () => {
      times += 1;
      if (times > 1) command.error(`error: option '${option.flags}' is given twice`);
    });
  }
}

/** One command, or all of them for whoever wants an overview or has mistyped. */
async function needed(name = ''): Promise<readonly Register[]> {
  const asked = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  return Promise.all(asked === undefined ? Object.values(COMMANDS).map((load) => load()) : [asked()]);
}
