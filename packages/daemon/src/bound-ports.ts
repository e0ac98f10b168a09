// The ports this daemon really listens on, whatever config.yaml says: rules about reaching Castellan itself look for them.
// INVARIANT: a listener is told here before anybody can be answered by it.

/** Every port that is bound now, by whichever listener: what no agent may reach. A new list whenever it changes. */
export class BoundPorts {
  #all: readonly number[] = [];

  get all(): readonly number[] {
    return this.#all;
  }

  add(port: number): void {
    if (!this.#all.includes(port)) this.#all = [...this.#all, port];
  }
}
