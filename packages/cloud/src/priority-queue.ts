/** A binary heap: the item that comes before all others is first. Ties are the comparison's to break. */
export class PriorityQueue<T> {
  readonly #heap: T[] = [];
  readonly #before: (a: T, b: T) => boolean;

  constructor(before: (a: T, b: T) => boolean) {
    this.#before = before;
  }

  get size(): number {
    return this.#heap.length;
  }

  peek(): T | undefined {
    return this.#heap[0];
  }

  push(item: T): void {
    const heap = this.#heap;
    let i = heap.length;
    heap.push(item);
    while (i > 0) {
      const up = (i - 1) >> 1;
      const parent = heap[up] as T;
      if (this.#before(parent, item)) break;
      heap[i] = parent;
      i = up;
    }
    heap[i] = item;
  }

  pop(): T | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (heap.length > 0) this.#sink(last as T);
    return first;
  }

  #sink(item: T): void {
    const heap = this.#heap;
    let i = 0;
    for (;;) {
      const left = 2 * i + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const child = right < heap.length && this.#before(heap[right] as T, heap[left] as T) ? right : left;
      if (this.#before(item, heap[child] as T)) break;
      heap[i] = heap[child] as T;
      i = child;
    }
    heap[i] = item;
  }
}
