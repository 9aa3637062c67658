import { type Command, InvalidArgumentError, Option } from 'commander';
import { endOnSignals } from './end-on-signals.ts';
import { collect, readParameters } from './option-values.ts';
import { EXPECTATIONS, type Expectation, parseTraffic, WORKSHOP_TRAFFIC } from './rehearse/index.ts';
import { rehearse } from './rehearse-command.ts';
import { REPOSITORY } from './repository.ts';

interface RehearseFlags {
  readonly template?: string;
  readonly parameter: readonly string[];
  readonly candidate?: string;
  readonly baseline?: string;
  readonly fault: readonly string[];
  readonly traffic?: string;
  readonly poisson?: boolean;
  readonly route: readonly string[];
  readonly event?: string;
  readonly type?: string;
  readonly sla?: number;
  readonly seed?: number;
  readonly expect?: Expectation;
  readonly json?: boolean;
  readonly journal?: string;
  readonly against?: string;
  readonly matrix?: boolean;
}

/** Adds `canary rehearse` to the program. */
export function registerRehearse(program: Command, setExitCode: (code: number) => void): void {
  program
    .command('rehearse')
    .description('deploy releases into the embedded cloud, under traffic, and show what stops the bad ones')
    .argument('[scenario]', 'one scenario of scenarios/; default: all of them, unless an option names a release')
    .option('--template <file>', 'rehearse this SAM template; default: infra/template.yaml')
    .option('--parameter <Key=Value>', 'a parameter of the template (repeatable)', collect, [])
    .option('--candidate <dir|ref>', 'the release to try: a checkout or a git ref; default: the working tree')
    .option('--baseline <dir|ref>', 'what is live before it; default: the working tree')
    .option('--fault <kind[:key=value,…]>', FAULT_HELP, collect, [])
    .option(
      '--traffic <rate|file>',
      `1/s, 600/min, or a file of lines minute,requestsPerMinute (default: ${WORKSHOP_TRAFFIC})`,
    )
    .option('--poisson', 'requests arrive at random with that rate, not evenly')
    .option(
      '--route <route>',
      'where callers go: "GET /path?name=value,share=70%" (repeatable); default: a GET route of each released function',
      collect,
      [],
    )
    .option(
      '--event <file>',
      'callers invoke the released functions with this JSON; default where there is no API, with {}',
    )
    .option('--type <configuration>', 'a traffic shifting configuration, such as Linear10PercentEvery1Minute')
    .option('--sla <ms>', 'who waits longer is hit; default: the parameter SlaMilliseconds, else 1000', milliseconds)
    .option('--seed <number>', 'what everything drawn follows from', wholeNumber)
    .addOption(
      new Option(
        '--expect <outcome>',
        'how the candidate has to end; default: promoted, rolled-back with a fault',
      ).choices([...EXPECTATIONS]),
    )
    .option('--json', 'one JSON document instead of text')
    .option('--matrix', 'every fault under every configuration, beside what `canary plan` foretells')
    .option('--against <file>', 'replay what `canary watch --record` kept, and compare event by event, time by time')
    .option('--journal <file>', 'write every effect to this file, one JSON document a line')
    .action(async (scenario: string | undefined, flags: RehearseFlags) => {
      const command = { ...readFlags(flags), ...(scenario !== undefined && { scenario }) };
      endOnSignals();
      setExitCode(await rehearse(command, REPOSITORY));
    });
}

const FAULT_HELP =
  'a defect for the candidate (repeatable): throw, latency:ms=…, timeout, exit, oom, malformed, lost-response-line, ' +
  'status:code=…, empty-list; each with share=0.05 and from=1m, on the clock that the rehearsal shows';

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is a whole number of at most nine digits.');
  return Number(text);
}

function milliseconds(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It is whole milliseconds, such as 1000.');
  return Number(text);
}

function readFlags({ parameter, fault, route, traffic, poisson = false, sla, ...flags }: RehearseFlags) {
  const plan = traffic === undefined && !poisson ? undefined : parseTraffic(traffic ?? WORKSHOP_TRAFFIC, poisson);
  return {
    ...flags,
    ...(sla !== undefined && { slaMs: sla }),
    faults: fault,
    routes: route,
    parameters: readParameters(parameter),
    ...(plan && { traffic: plan }),
  };
}
