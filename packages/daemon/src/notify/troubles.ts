// Which channels could not tell anybody: one alarm for all of them, until each works again or is gone.
import type { Alarms } from '../alarms/index.ts';

export class Troubles {
  readonly #alarms: Pick<Alarms, 'raise' | 'end'>;
  readonly #failing = new Set<string>();

  constructor(alarms: Pick<Alarms, 'raise' | 'end'>) {
    this.#alarms = alarms;
  }

  has(channel: string): boolean {
    return this.#failing.has(channel);
  }

  set(channel: string, failing: boolean): void {
    if (this.#failing.has(channel) === failing) return;
    if (failing) this.#failing.add(channel);
    else this.#failing.delete(channel);
    if (this.#failing.size === 0) {
      this.#alarms.end('channel-failed', null);
      return;
    }
    const names = [...this.#failing].sort().map((name) => `\`${name}\``);
    this.#alarms.raise(
      'channel-failed',
      null,
      `nobody is reached by ${names.join(', ')}`,
      'the latest deliveries say why (Settings, Notifications); a test that arrives ends this',
    );
  }
}
