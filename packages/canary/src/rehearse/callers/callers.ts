/** Who calls a rehearsed stack: what a person asks for, and where that leads. */

/** A request that callers make, as `--route` has it, and its part of them. */
export interface RouteShare {
  /** `GET /unicorns?limit=5`, as it was given. */
  readonly text: string;
  readonly method: string;
  /** Without the stage: `/unicorns`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Above 0 and up to 1; all shares make 1. */
  readonly share: number;
}

/** What was asked for; undefined stands for a GET route of each released function, or for the functions where there is no API. */
export type WantedCallers =
  | { readonly type: 'routes'; readonly routes: readonly RouteShare[] }
  /** The released functions are invoked with this JSON text. */
  | { readonly type: 'event'; readonly event: string; readonly from: string };

/** Where callers of a stack go. */
export type Callers =
  | { readonly type: 'api'; readonly apiId: string; readonly stage: string; readonly routes: readonly RouteShare[] }
  | {
      readonly type: 'invoke';
      readonly aliases: readonly { readonly functionName: string; readonly qualifier: string }[];
      readonly event: string;
      /** Where the event comes from: a file, or nowhere. */
      readonly from?: string;
    };

/** One line: `GET /Prod/unicorns`, `lambda:Invoke of shop-orders:live with the event of order.json`. */
export function describeCallers(callers: Callers): string {
  if (callers.type === 'invoke') {
    const { aliases, event, from } = callers;
    const targets = aliases.map(({ functionName, qualifier }) => `${functionName}:${qualifier}`).join(' and ');
    return from === undefined
      ? `lambda:Invoke of ${targets} with the event ${event}, since the template has no API`
      : `lambda:Invoke of ${targets} with the event of ${from}`;
  }
  const { stage, routes } = callers;
  const prefix = stage === '$default' ? '' : `/${stage}`;
  return routes
    .map(({ text, share }) => {
      const percent = routes.length === 1 ? '' : ` (${Math.round(share * 1_000) / 10} %)`;
      return text.replace(' ', ` ${prefix}`) + percent;
    })
    .join(', ');
}
