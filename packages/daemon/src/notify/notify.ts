// How people are reached away from the screen (H3): follows the live bus and hands each message to the channels that tell of
// it. INVARIANT: nothing waits for it, least of all a decision: what the bus tells is put aside and done later. With no channel
// in the configuration nothing is opened (N4). Nothing of it survives a restart, as no question does.
import type { Approval, Channel, ChannelList, Config, LiveEvent, PushSubscription, UserId } from '@castellan/contract';
import type { Refusals } from '../records/index.ts';
import type { Parts } from '../surfaces/index.ts';
import { Answering, type Resolve } from './answering.ts';
import { ChannelPost, type Delivery } from './channel-post.ts';
import type { Kit, SecretFor } from './channels/adapter.ts';
import { createAdapter } from './channels/create-adapter.ts';
import { Links } from './links.ts';
import { Phones } from './phones.ts';
import { PushBook } from './push/book.ts';
import { serviceOf } from './push/services.ts';
import { createSendHttp } from './send-http.ts';
import { createSendMail } from './send-mail.ts';
import { createShowOnDesktop } from './show-on-desktop.ts';
import { aboutOf, type Subject, shownOf, slim, type WaitingScript } from './shown.ts';
import { Troubles } from './troubles.ts';
import { waysOf } from './ways.ts';

export interface NotifyOptions {
  readonly parts: Parts;
  readonly refusals: Pick<Refusals, 'take'>;
  readonly resolve: Resolve;
  /** The port of this machine's own listener, once it listens. */
  readonly port: () => number;
}

export class Notify implements Disposable {
  readonly answering: Answering;
  readonly #options: NotifyOptions;
  readonly #links: Links;
  readonly #troubles: Troubles;
  readonly #phones: Phones;
  readonly #kit: Kit;
  readonly #push: PushBook;
  readonly #posts = new Map<string, ChannelPost>();
  readonly #unsubscribe: () => void;

  private constructor(options: NotifyOptions, push: PushBook) {
    const { parts, resolve } = options;
    this.#options = options;
    this.#push = push;
    this.#links = new Links(parts.clock);
    this.#troubles = new Troubles(parts.alarms);
    this.#kit = {
      clock: parts.clock,
      http: createSendHttp(parts.clock),
      mail: createSendMail(parts.clock),
      desktop: createShowOnDesktop(process.platform, process.env),
      push,
      secret: (name, host) => this.#secret(name, host),
    };
    const note = (change: 'answered' | 'refused', channel: string, about: string, text: string): void => {
      const left = change === 'answered' ? '' : options.refusals.take(`notify:${channel}`);
      if (left !== null) this.#record(channel, change, about, 0, `${text}${left}`);
    };
    const channel = (name: string): Channel | null => this.#posts.get(name)?.channel ?? null;
    this.answering = new Answering({ links: this.#links, approvals: parts.approvals, resolve, channel, note });
    this.#phones = new Phones({
      kit: this.#kit,
      links: this.#links,
      answering: this.answering,
      note,
      troubled: (name, is) => this.#troubles.set(name, is),
    });
    this.#configure(this.#config.channels);
    this.#unsubscribe = parts.events.subscribe(
      (event) => this.#heard(event),
      // What is allowed is nobody's news.
      (kind) => kind !== 'call',
    );
  }

  static async open(options: NotifyOptions): Promise<Notify> {
    const { store, clock, people } = options.parts;
    const mayBeTold = (user: UserId): boolean => people.mayEnter(user);
    return new Notify(options, await PushBook.open({ store, clock, mayBeTold }));
  }

  list(): ChannelList {
    const channels = [...this.#posts].map(([name, { channel, deliveries }]) => ({
      name,
      channel,
      deliveries: [...deliveries],
      subscribers: channel.kind === 'web-push' ? this.#push.size : 0,
    }));
    return { address: this.#address, channels };
  }

  /** Sends for real. null: no such channel. */
  async test(name: string): Promise<Delivery | null> {
    return (await this.#posts.get(name)?.test()) ?? null;
  }

  async pushKey(): Promise<string> {
    return (await this.#push.key()).publicKey;
  }

  /** @returns how many browsers this person is reached by, or why this one cannot be. */
  async subscribe(user: UserId, subscription: PushSubscription): Promise<number | 'no-service' | 'full'> {
    const services = [...this.#posts.values()].flatMap(({ channel }) =>
      channel.kind === 'web-push' ? channel.services : [],
    );
    if (serviceOf(subscription.endpoint, services) === null) return 'no-service';
    if (!(await this.#push.add(user, subscription))) return 'full';
    this.#changed();
    return this.#push.countOf(user);
  }

  async unsubscribe(user: UserId, endpoint: string): Promise<number> {
    await this.#push.remove(user, endpoint);
    this.#changed();
    return this.#push.countOf(user);
  }

  /** A version of a script waits for a person. */
  script(script: WaitingScript): void {
    this.#tell({ kind: 'script', script });
  }

  scriptAnswered(script: Pick<WaitingScript, 'name' | 'number'>): void {
    const about = aboutOf({ kind: 'script', script: { ...script, digest: '', author: '', description: '', asks: '' } });
    for (const post of this.#posts.values()) post.forget(about);
  }

  [Symbol.dispose](): void {
    this.#unsubscribe();
    this.#phones[Symbol.dispose]();
    for (const post of this.#posts.values()) post.stop();
  }

  get #config(): Config['notify'] {
    return this.#options.parts.policy.policy.config.notify;
  }

  get #address(): string {
    const { remote } = this.#options.parts.policy.policy.config;
    const own = `http://localhost:${this.#options.port()}`;
    return (this.#config.address ?? (remote.enabled ? remote.address : null) ?? own).replace(/\/+$/, '');
  }

  /** Runs inside of whatever published: it puts aside, and never throws. */
  #heard(event: LiveEvent): void {
    switch (event.kind) {
      case 'approval':
        this.#approval(event.approval);
        return;
      case 'reminder':
        if (event.approval.state.kind === 'pending') this.#tell({ kind: 'reminder', approval: slim(event.approval) });
        return;
      case 'alarm': {
        const { alarm } = event;
        if (alarm.endedAt !== null) return;
        // A channel that fails is not asked to tell of it.
        for (const [name, post] of this.#posts)
          if (alarm.kind !== 'channel-failed' || !this.#troubles.has(name)) post.tell({ kind: 'alarm', alarm });
        return;
      }
      case 'policy':
        this.#configure(this.#config.channels);
        return;
      case 'changed': {
        const { users } = this.#options.parts.people;
        if (event.what === 'people') this.#push.forget((user) => users.get(user) === null).catch(() => undefined);
        return;
      }
      case 'hello':
      case 'call':
      case 'bye':
        return;
    }
  }

  #approval(approval: Approval): void {
    switch (approval.state.kind) {
      case 'queued':
        return;
      case 'pending':
        this.#tell({ kind: 'approval', approval: slim(approval) });
        return;
      case 'approved':
      case 'denied':
      case 'timed-out':
      case 'cancelled':
        this.#links.settle(approval.id);
        this.#tell({ kind: 'settled', approval: slim(approval) });
        return;
    }
  }

  #tell(subject: Subject): void {
    for (const post of this.#posts.values()) post.tell(subject);
  }

  /** A channel that stays as it was goes on; one that changed begins anew, and its links end. */
  #configure(channels: Config['notify']['channels']): void {
    for (const [name, post] of this.#posts) {
      const next = channels[name];
      if (next !== undefined && JSON.stringify(next) === JSON.stringify(post.channel)) continue;
      post.stop();
      this.#posts.delete(name);
      this.#links.endChannel(name);
      this.#troubles.set(name, false);
    }
    for (const [name, channel] of Object.entries(channels))
      if (!this.#posts.has(name)) this.#posts.set(name, this.#post(name, channel));
    this.#phones.configure(channels);
  }

  #post(name: string, channel: Channel): ChannelPost {
    const { clock, exits } = this.#options.parts;
    return new ChannelPost(channel, createAdapter(channel, this.#kit), {
      clock,
      ways: (subject) => waysOf(name, channel, subject, this.#links, this.#address),
      shown: (subject, ways) => shownOf(subject, ways, exits, clock.now()),
      hide: (text) => exits.text(text),
      record: (change, about, tries, text) => this.#record(name, change, about, tries, text),
      reached: (somebody) => this.#troubles.set(name, !somebody),
      changed: () => {
        this.#changed();
        this.#phones.poke(name);
      },
    });
  }

  async #secret(name: Parameters<Kit['secret']>[0], host: string): Promise<SecretFor> {
    const answer = await this.#options.parts.vault.useSecret({
      name,
      by: { kind: 'own', name: 'notify' },
      host,
      tellsPeople: true,
    });
    if (answer.ok) return answer;
    const again = answer.why === 'locked' || answer.why === 'not-recorded';
    return { ok: false, outcome: { kind: 'failed', text: `\`${name}\`: ${answer.message}; ${answer.hint}`, again } };
  }

  #record(
    channel: string,
    change: 'sent' | 'failed' | 'given-up' | 'answered' | 'refused',
    about: string,
    tries: number,
    text: string,
  ): void {
    const { records, clock } = this.#options.parts;
    // Not awaited: a log that fails raises its own alarm, which is told here too.
    records.record({ kind: 'notice', at: clock.now(), channel, change, about, tries, text }).catch(() => undefined);
  }

  #changed(): void {
    this.#options.parts.events.publish({ kind: 'changed', what: 'channels' });
  }
}
