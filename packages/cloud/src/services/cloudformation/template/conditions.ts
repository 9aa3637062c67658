import { evaluateCondition } from './intrinsics.ts';
import type { Problems } from './problems.ts';
import type { Scope } from './scope.ts';
import type { Path, ValueMap } from './template-value.ts';

/**
 * Evaluates conditions when they are asked for, each once. A condition that leads back to itself is reported
 * and does not hold.
 */
export class Conditions {
  readonly #written: ValueMap;
  readonly #problems: Problems;
  readonly #known = new Map<string, boolean>();
  readonly #open: string[] = [];

  constructor(written: ValueMap, problems: Problems) {
    this.#written = written;
    this.#problems = problems;
  }

  holds(name: string, scope: Scope, path: Path): boolean | undefined {
    const known = this.#known.get(name);
    const written = this.#written[name];
    if (known !== undefined || written === undefined) return known;
    if (this.#open.includes(name)) {
      const cycle = this.#open.slice(this.#open.indexOf(name)).join(', ');
      this.#problems.add(path, `Template format error: Circular dependency between conditions: [${cycle}]`);
      return false;
    }
    this.#open.push(name);
    const holds = evaluateCondition(written, scope, ['Conditions', name]);
    this.#open.pop();
    this.#known.set(name, holds);
    return holds;
  }

  /** All of them, by name. */
  all(scope: Scope): Readonly<Record<string, boolean>> {
    return Object.fromEntries(
      Object.keys(this.#written).map((name) => [name, this.holds(name, scope, ['Conditions', name]) === true]),
    );
  }
}
