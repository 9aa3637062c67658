import type { Fact } from '@unicorns/cloud';
import type { Happening } from './events.ts';

type Finding = Extract<Happening, { type: 'finding' }>;

type InvocationEnded = Extract<Fact, { type: 'lambda.InvocationEnded' }>;

/** A check that a hook's own log says has failed. Hooks that log otherwise are not understood, and not shown. */
export function failedChecks({ lines }: InvocationEnded): readonly Happening[] {
  return lines.flatMap(({ message }) => {
    if (!message.includes('"log":"check"')) return [];
    const entry = parsed(message);
    if (entry?.['outcome'] !== 'failed') return [];
    const of = entry['what'] === undefined ? '' : `: ${shown(entry['what'])}`;
    return [
      {
        type: 'checkFailed',
        check: shown(entry['check']) + of,
        expected: shown(entry['expected']),
        got: shown(entry['got']),
      },
    ];
  });
}

/** Why code that cannot be loaded cannot, and what to do. Source: reference 4.4 (R), issue of the SDK leaving the image. */
export function importFinding({ functionName, errorType, payload }: InvocationEnded): Finding | undefined {
  if (errorType !== 'Runtime.ImportModuleError') return undefined;
  const message = shown(parsed(payload)?.['errorMessage']).split('\n')[0] ?? '';
  const [, module] = /Cannot find (?:module|package) '([^']+)'/.exec(message) ?? [];
  return {
    type: 'finding',
    rule: 'import-module-error',
    place: functionName,
    text: `Runtime.ImportModuleError: ${message} ${cureFor(module ?? '')}`,
  };
}

function cureFor(module: string): string {
  if (/^aws-sdk(?:\/|$)/.test(module))
    return (
      'Version 2 of the SDK is in no image since nodejs18.x. Delete the require if nothing uses it, else use @aws-sdk/client-… ' +
      '(version 3, in the image), or put aws-sdk into the package.'
    );
  if (/^@(?:aws-sdk|smithy)\//.test(module))
    return (
      'On AWS the images of nodejs18.x and later hold all of version 3 of the SDK, older ones nothing of it; here they hold ' +
      'the clients of the emulated services only. Put the module into the package, or bundle it, for a verdict that holds on AWS.'
    );
  return 'Put the module into the package, or bundle it.';
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : undefined;
  } catch {
    return undefined;
  }
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
