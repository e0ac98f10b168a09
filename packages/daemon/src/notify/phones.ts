// Telegram's buttons: who may press them, and what comes of it. One bot is asked by one poller, however many channels it
// speaks in, because Telegram lets only one ask. INVARIANT: only a person whose id the channel names, in the chat of that
// channel, with a button of that channel; everybody else is told no, and that is recorded.
import type { Channel, Config } from '@castellan/contract';
import type { Answered, Answering } from './answering.ts';
import type { Kit } from './channels/adapter.ts';
import { type Press, Presses } from './channels/telegram-presses.ts';
import type { Links } from './links.ts';
import { hasButtons } from './ways.ts';

type Telegram = Extract<Channel, { kind: 'telegram' }>;

export interface PhonesHost {
  readonly kit: Kit;
  readonly links: Links;
  readonly answering: Answering;
  note(change: 'refused', channel: string, about: string, text: string): void;
  troubled(channel: string, is: boolean): void;
}

interface Phone {
  readonly presses: Presses;
  readonly channels: ReadonlyMap<string, Telegram>;
}

const botOf = ({ server, token }: Telegram): string => `${server} ${token}`;

export class Phones implements Disposable {
  readonly #host: PhonesHost;
  #phones = new Map<string, Phone>();
  #made = '';

  constructor(host: PhonesHost) {
    this.#host = host;
  }

  configure(channels: Config['notify']['channels']): void {
    const own = Object.entries(channels).flatMap(([name, channel]) =>
      channel.kind === 'telegram' && hasButtons(channel) ? [[name, channel] as const] : [],
    );
    const made = JSON.stringify(own);
    if (made === this.#made) return;
    this[Symbol.dispose]();
    this.#made = made;
    this.#phones = new Map(
      [...Map.groupBy(own, ([, channel]) => botOf(channel))].map(([bot, group]) => [bot, this.#phone(new Map(group))]),
    );
  }

  /** A message of this channel went out. */
  poke(channel: string): void {
    for (const { presses, channels } of this.#phones.values()) if (channels.has(channel)) presses.poke();
  }

  [Symbol.dispose](): void {
    for (const { presses } of this.#phones.values()) presses[Symbol.dispose]();
    this.#phones.clear();
    this.#made = '';
  }

  #phone(channels: ReadonlyMap<string, Telegram>): Phone {
    const [first] = channels.values();
    if (first === undefined) throw new Error('a bot of no channel');
    const { kit, links, troubled } = this.#host;
    const presses = new Presses({
      clock: kit.clock,
      http: kit.http,
      server: first.server,
      token: first.token,
      secret: kit.secret,
      wanted: () => [...channels.keys()].some((name) => links.hasButtons(name)),
      pressed: (press) => this.#pressed(channels, press),
      troubled: (why) => {
        for (const name of channels.keys()) troubled(name, why !== null);
      },
    });
    return { presses, channels };
  }

  async #pressed(channels: ReadonlyMap<string, Telegram>, { token, from, chats }: Press): Promise<string> {
    const { links, answering, note } = this.#host;
    const found = links.find(token, 'button');
    if (found.kind === 'none') return 'This button is not good any more.';
    const name = found.kind === 'live' ? found.offer.channel : found.channel;
    const about = found.kind === 'live' ? found.offer.approval : found.approval;
    const channel = channels.get(name);
    const person = channel === undefined || !Object.hasOwn(channel.people, from) ? undefined : channel.people[from];
    if (channel === undefined || person === undefined || !chats.includes(channel.chat.toLowerCase())) {
      note('refused', name, about, `a button pressed by Telegram id ${from}, who is not among \`people\` in this chat`);
      return 'You are not among the people who may answer here.';
    }
    try {
      return toldOf(await answering.press(token, name, person));
    } catch (error) {
      return `Not answered: ${error instanceof Error ? error.message : 'it failed'}`;
    }
  }
}

function toldOf(answered: Answered): string {
  switch (answered.kind) {
    case 'answered':
      return answered.approval.state.kind === 'approved' ? 'Approved.' : 'Denied.';
    case 'over': {
      const state = answered.approval?.state;
      return state?.kind === 'approved' || state?.kind === 'denied'
        ? `Already ${state.kind} by ${state.by}.`
        : 'It is over: it did not run.';
    }
    case 'none':
      return 'This button is not good any more.';
    case 'sign-in':
    case 'not-permitted':
      return 'This one needs a person who signs in: open Castellan.';
  }
}
