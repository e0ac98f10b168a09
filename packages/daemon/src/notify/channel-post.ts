// One channel as it runs: what it sends for, what waits in it, what became of the latest messages. Failing is never quiet:
// each try is recorded, and whoever is in charge hears when nobody was reached.
import type { Channel, ChannelList } from '@castellan/contract';
import type { Clock } from '../clock.ts';
import type { Adapter } from './channels/adapter.ts';
import { type Letter, Outbox, type Progress } from './outbox.ts';
import { aboutOf, approvalOf, type Shown, type Subject, type Ways } from './shown.ts';

export type Delivery = ChannelList['channels'][number]['deliveries'][number];

export interface PostHost {
  readonly clock: Clock;
  /** The links and buttons of a message. */
  ways(subject: Subject): Ways;
  shown(subject: Subject, ways: Ways): Shown;
  /** What may be kept and shown of a text. */
  hide(text: string): string;
  record(change: 'sent' | 'failed' | 'given-up', about: string, tries: number, text: string): void;
  /** Whether a message reached somebody. */
  reached(somebody: boolean): void;
  /** A message went out or failed: whoever looks at the list asks again. */
  changed(): void;
}

const LATEST = 20;
const NO_WAYS: Ways = { links: [], buttons: [] };

export class ChannelPost {
  readonly channel: Channel;
  readonly #adapter: Adapter;
  readonly #host: PostHost;
  readonly #outbox: Outbox;
  readonly #latest: { readonly letter: Letter; delivery: Delivery }[];
  /** Approvals that were told here and are not settled. */
  readonly #told = new Set<string>();
  readonly #arrived = new Set<string>();

  constructor(channel: Channel, adapter: Adapter, host: PostHost) {
    this.channel = channel;
    this.#adapter = adapter;
    this.#host = host;
    this.#latest = [];
    this.#outbox = new Outbox({
      clock: host.clock,
      deliver: (letter) => this.#deliver(letter),
      told: (letter, progress) => this.#note(letter, progress),
    });
  }

  get deliveries(): readonly Delivery[] {
    return this.#latest.map(({ delivery }) => delivery);
  }

  tell(subject: Subject): void {
    switch (subject.kind) {
      case 'approval':
        if (!this.channel.tells.includes('approval') || this.#told.has(subject.approval.id)) return;
        this.#told.add(subject.approval.id);
        break;
      case 'reminder':
        // What has not been told yet need not be told twice.
        if (!this.channel.tells.includes('reminder') || this.#outbox.has((one) => isAbout(one, subject))) return;
        this.#told.add(subject.approval.id);
        break;
      case 'alarm':
        if (!this.channel.tells.includes('alarm')) return;
        break;
      case 'script':
        if (!this.channel.tells.includes('approval')) return;
        break;
      case 'settled': {
        const tried = this.#outbox.drop((one) => isAbout(one, subject), 'it is answered');
        this.#told.delete(subject.approval.id);
        const arrived = this.#arrived.delete(subject.approval.id);
        if (!(arrived || tried) || !this.#adapter.follows) return;
        break;
      }
      case 'test':
        break;
    }
    this.#outbox.push(subject);
  }

  /** What was answered before it was told need not be told. */
  forget(about: string): void {
    this.#outbox.drop((one) => aboutOf(one) === about, 'it is answered');
  }

  /** One try, past what waits. */
  async test(): Promise<Delivery> {
    const letter: Letter = { id: -1, subject: { kind: 'test' }, ways: NO_WAYS, done: new Set(), tries: 1 };
    const outcome = await this.#outbox.inTime(letter);
    return this.#note(letter, outcome.kind === 'sent' ? outcome : { kind: 'given-up', text: outcome.text });
  }

  stop(): void {
    this.#outbox.stop();
  }

  #deliver(letter: Letter) {
    letter.ways ??= this.#host.ways(letter.subject);
    return this.#adapter.deliver(this.#host.shown(letter.subject, letter.ways), letter);
  }

  #note(letter: Letter, progress: Progress): Delivery {
    const { clock, hide, record, reached, changed } = this.#host;
    const at = clock.now();
    const about = aboutOf(letter.subject);
    const text = progress.kind === 'sent' ? '' : hide(progress.text);
    const delivery: Delivery = {
      at,
      state: progress.kind,
      tries: letter.tries,
      nextAt: progress.kind === 'retrying' ? at + progress.inMs : null,
      about,
      text,
    };
    const known = this.#latest.find((one) => one.letter === letter);
    if (known === undefined) this.#latest.unshift({ letter, delivery });
    else known.delivery = delivery;
    this.#latest.length = Math.min(this.#latest.length, LATEST);
    record(progress.kind === 'retrying' ? 'failed' : progress.kind, about, letter.tries, text);
    // A message that cannot be changed any more (somebody deleted it) reached whom it was for.
    const open = approvalOf(letter.subject);
    if (progress.kind === 'sent' && open !== null && this.#told.has(open)) this.#arrived.add(open);
    if (progress.kind === 'sent') reached(true);
    else if (progress.kind === 'given-up' && letter.subject.kind !== 'settled') reached(false);
    changed();
    return delivery;
  }
}

function isAbout(one: Subject, other: Subject): boolean {
  const id = approvalOf(other);
  return id !== null && approvalOf(one) === id;
}
