import { AlikeJson } from '../alike-json.ts';
import { Instant } from '../instant.ts';
import type { Random } from '../random.ts';
import { CodePackage } from './code-package.ts';
import { Environment, type EnvironmentHost, type EnvironmentIdentity } from './environment.ts';
import { FreeEnvironments } from './free-environments.ts';
import type { Image, LostEnvironment } from './index.ts';
import type { Arrival } from './packed.ts';
import type { KeptCode } from './kept-code.ts';
import { ResultTexts } from './result-texts.ts';
import type { ScratchDirectory } from './scratch-directory.ts';
import { currentOwner } from './turns.ts';

/** What an image's host needs of the thread it is on. */
export interface ThreadOfHost extends Omit<EnvironmentHost, 'random' | 'texts'> {
  readonly keptCode: KeptCode;
  discarded(environment: Environment): void;
  /** How many calls an environment of this id had made on a thread that was lost. */
  callsBefore(environmentId: string): number;
}

const MOST_ENVIRONMENTS = 100_000;
const START_UNKNOWN = Instant(0);

/**
 * Everything of one image on a thread: its code, its environments, and the arrivals that wait. Arrivals are served
 * strictly in order; one whose environment does real work (or whose predecessor does) holds the others back, because
 * which environment is free depends on when that one ends. Standing at a call to the cloud holds back those that were
 * handed over ahead: they are given back.
 */
export class ImageHost implements EnvironmentHost {
  readonly image: Image;
  readonly random: Random;
  readonly scratch: ScratchDirectory;
  readonly texts = { events: new AlikeJson(), results: new ResultTexts() };
  /** Arrivals held back by `working`. */
  readonly waiting: Arrival[] = [];
  /** The environment that does real work for the invocation served last. */
  working: Environment | undefined;
  readonly standing = new Set<Environment>();
  /** The run in which an arrival was given back: those behind it follow. */
  givesBackIn = -1;
  readonly #code: CodePackage;
  readonly #free = new FreeEnvironments((stale) => this.#discard(stale));
  readonly #thread: ThreadOfHost;
  #made = 0;
  #keepsProvisioned = Number.POSITIVE_INFINITY;
  /** Numbers below that which nobody has. */
  readonly #spare: number[] = [];

  constructor(image: Image, random: Random, thread: ThreadOfHost) {
    this.image = image;
    this.random = random;
    this.#thread = thread;
    this.scratch = thread.scratch;
    this.#code = new CodePackage(image.files, image.runtime, thread.keptCode, (specifier, referrer) =>
      currentOwner()?.dynamicImport(specifier, referrer),
    );
  }

  wakened(environment: Environment): void {
    this.#thread.wakened(environment);
  }

  turn(environment: Environment, work: () => void): void {
    this.#thread.turn(environment, work);
  }

  event(environment: Environment, work: () => void): void {
    this.#thread.event(environment, work);
  }

  /**
   * Makes environments again that were lost; which numbers they had follows from their ids. `areAll`: there were no
   * others that anybody has heard of, so that numbers in between are still to be given.
   */
  adopt(lost: readonly LostEnvironment[], areAll: boolean): void {
    const wanted = new Map(lost.map((one) => [one.environmentId, one]));
    for (let tries = 0; wanted.size > 0 && tries < MOST_ENVIRONMENTS; tries++) {
      const identity = this.#identity(this.#made++, START_UNKNOWN);
      const one = wanted.get(identity.environmentId);
      wanted.delete(identity.environmentId);
      if (one === undefined && areAll) this.#spare.push(identity.index);
      if (one?.busyUntil === undefined) continue;
      const isProvisioned = one.isProvisioned ?? false;
      const environment = this.#environment({ ...identity, startedAt: one.startedAt, isProvisioned });
      environment.adopt(one.busyUntil, one.died ?? false);
      this.#free.add(environment);
    }
  }

  /** The environment that takes the arrival. */
  environmentFor({ at, isInit }: Arrival): Environment {
    return (isInit ? undefined : this.#free.take(at)) ?? this.#create(at, isInit ?? false);
  }

  /** Environments of provisioned concurrency beyond so many go: at once, or when their invocation has ended. */
  keepProvisioned(count: number): void {
    this.#keepsProvisioned = count;
    for (const surplus of this.#free.removeProvisioned(count)) this.#discard(surplus);
  }

  /** Takes back an environment after its invocation. */
  release(environment: Environment): void {
    this.standing.delete(environment);
    if (this.working === environment) this.working = undefined;
    if (environment.hasFailedInit) this.#discard(environment);
    else if (!environment.isDead) this.#free.add(environment);
    // Nobody could tell the answer of a call that is still under way from one of the next runtime's.
    else if (environment.openCalls > 0) this.#discard(environment);
    else this.#reset(environment);
    if (environment.isProvisioned) this.keepProvisioned(this.#keepsProvisioned);
  }

  /**
   * After a time-out or a crash Lambda resets the environment: /tmp and the log stream stay, and the next invocation
   * begins with the init. Source: L-ENV (D), reference 4.10.3.
   */
  #reset(dead: Environment): void {
    dead.discard();
    const environment = new Environment(this, this.image, this.#code, dead);
    environment.follow(dead);
    this.#free.add(environment);
  }

  #discard(environment: Environment): void {
    environment.discard();
    this.#thread.discarded(environment);
  }

  discardAll(): void {
    for (const environment of [...this.#free, ...this.standing]) this.#discard(environment);
    if (this.working !== undefined) this.#discard(this.working);
  }

  #create(at: Instant, isProvisioned: boolean): Environment {
    const index = this.#spare.shift() ?? this.#made++;
    return this.#environment({ ...this.#identity(index, at), isProvisioned });
  }

  #environment(identity: EnvironmentIdentity): Environment {
    const environment = new Environment(this, this.image, this.#code, identity);
    environment.hasCalled(this.#thread.callsBefore(identity.environmentId));
    return environment;
  }

  #identity(index: number, startedAt: Instant): Omit<EnvironmentIdentity, 'isProvisioned'> {
    const key = `${this.image.key}/${index}`;
    return { index, key, startedAt, environmentId: this.random.text('environments', key, 32, '0123456789abcdef') };
  }
}
