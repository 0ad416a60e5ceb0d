import { type PortRef, portKey } from '../model/state';

/** Tells the worker about ports: `watch` or `unwatch`. */
export type TellWatch = (cmd: 'watch' | 'unwatch', ports: readonly PortRef[]) => void;

/** Which ports somebody looks at. Changes of one moment are told together, and only what is really new. */
export class Watches {
  readonly #wanted = new Map<string, { readonly port: PortRef; count: number }>();
  readonly #told = new Map<string, PortRef>();
  #isScheduled = false;

  constructor(private readonly tell: TellWatch) {}

  add(ports: readonly PortRef[]): () => void {
    let isActive = true;
    for (const port of ports) this.#count(port, 1);
    return () => {
      if (!isActive) return;
      isActive = false;
      for (const port of ports) this.#count(port, -1);
    };
  }

  /** The worker knows of nothing: tell it everything. */
  renew(): void {
    this.#told.clear();
    this.#schedule();
  }

  #count(port: PortRef, change: number): void {
    const key = portKey(...port);
    const entry = this.#wanted.get(key) ?? { port, count: 0 };
    entry.count += change;
    if (entry.count > 0) this.#wanted.set(key, entry);
    else this.#wanted.delete(key);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    const added = [...this.#wanted].filter(([key]) => !this.#told.has(key));
    const dropped = [...this.#told].filter(([key]) => !this.#wanted.has(key));
    for (const [key, { port }] of added) this.#told.set(key, port);
    for (const [key] of dropped) this.#told.delete(key);
    if (added.length)
      this.tell(
        'watch',
        added.map(([, { port }]) => port),
      );
    if (dropped.length)
      this.tell(
        'unwatch',
        dropped.map(([, port]) => port),
      );
  }
}
