// One terminal of `castellan run`: what its host sends is made harmless, redacted and shown to whoever watches; what a person
// types is handed to the host. INVARIANT: nothing is kept, shown or counted that has not passed both filters, and whoever
// types is in the ledger before the first key arrives.
import {
  type AgentId,
  actorName,
  type HostAnswer,
  type LedgerRecord,
  type Terminal as TerminalView,
  type WatcherAnswer,
  type WatcherMessage,
  watcherMessageSchema,
} from '@castellan/contract';
import type { RedactingStream } from '@castellan/secrets';
import { Bursts } from './bursts.ts';
import { typedOf } from './keys.ts';
import { CLOSED, mayType, type Peer, type PeerEvents, watcherName } from './peer.ts';
import type { TerminalRoom } from './room.ts';
import { ScrollBack } from './scroll-back.ts';
import { Shown, type Size } from './shown.ts';

/** Characters kept of what was shown: at most 3 bytes each on the way. */
const KEPT = 1024 * 1024;
/** A silence after which what waits for the end of a word is shown. */
const SILENCE_MS = 50;
const MAX_WATCHERS = 16;
/** Bytes of what was kept that are looked through at once. */
const PIECE = 32 * 1024;

interface Watcher {
  readonly peer: Peer;
  readonly bursts: Bursts;
}

export interface Opened {
  readonly id: TerminalView['id'];
  /** Of the program that holds it, to go on after a lost connection. */
  readonly key: string;
  readonly agent: AgentId;
  readonly agentName: string;
  readonly title: string;
  readonly columns: number;
  readonly rows: number;
}

type Change = TerminalRecord['change'];
type TerminalRecord = Extract<LedgerRecord, { readonly kind: 'terminal' }>;
type Ending = { readonly at: number; readonly code: number | null };

const utf8 = new TextEncoder();

function readWatcher(text: string): WatcherMessage | null {
  try {
    const parsed = watcherMessageSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

export class Terminal {
  readonly id: TerminalView['id'];
  readonly key: string;
  readonly agent: AgentId;
  readonly startedAt: number;
  readonly #room: TerminalRoom;
  readonly #opened: Opened;
  readonly #shown = new Shown(() => this.#size);
  readonly #stream: RedactingStream;
  readonly #decoder = new TextDecoder();
  readonly #scroll = new ScrollBack(KEPT);
  readonly #watchers = new Set<Watcher>();
  #size: Size;
  #host: Peer | null;
  #ending: Ending | null = null;
  #stopIdle = (): void => {};

  constructor(room: TerminalRoom, opened: Opened, host: Peer) {
    this.id = opened.id;
    this.key = opened.key;
    this.agent = opened.agent;
    this.startedAt = room.clock.now();
    this.#room = room;
    this.#opened = opened;
    this.#stream = room.redactor.stream();
    this.#size = { columns: opened.columns, rows: opened.rows };
    this.#host = host;
    this.#record('opened', host, '');
  }

  get endedAt(): number | null {
    return this.#ending?.at ?? null;
  }

  /** Whether a program holds it now. */
  get isHeld(): boolean {
    return this.#host !== null;
  }

  view(): TerminalView {
    const { agentName, title } = this.#opened;
    return {
      ...{ id: this.id, agent: this.agent, agentName, title, ...this.#size },
      ...{ startedAt: this.startedAt, endedAt: this.endedAt, exitCode: this.#ending?.code ?? null },
      watchers: [...this.#names()],
    };
  }

  /** The program that holds it came back after its connection was lost. */
  hold(host: Peer, size: Size): void {
    this.#host = host;
    this.resize(size);
    for (const { peer } of this.#watchers) this.#screen(peer, '');
  }

  letGo(host: Peer): void {
    if (this.#host !== host) return;
    this.#host = null;
    for (const { peer } of this.#watchers) this.#screen(peer, '');
  }

  output(text: string): void {
    this.#stopIdle();
    this.#show(this.#stream.push(utf8.encode(this.#shown.push(text))));
    this.#stopIdle = this.#room.clock.after(SILENCE_MS, () => this.#show(this.#stream.pause()));
  }

  resize({ columns, rows }: Size): void {
    if (columns === this.#size.columns && rows === this.#size.rows) return;
    this.#size = { columns, rows };
    this.#tell({ kind: 'size', columns, rows });
  }

  end(code: number | null): void {
    if (this.#ending !== null) return;
    this.#stopIdle();
    this.#show(this.#stream.end());
    this.#ending = { at: this.#room.clock.now(), code };
    this.#tell({ kind: 'ended', exitCode: code });
    this.#record('closed', this.#host, code === null ? 'its program was lost' : `ended with ${code}`);
    this.#host = null;
    this.#room.changed();
  }

  /** Nobody is told anything more. */
  close(): void {
    this.#stopIdle();
    for (const { peer, bursts } of this.#watchers) {
      bursts.end();
      peer.close(CLOSED.normal, 'the terminal is gone');
    }
    this.#watchers.clear();
  }

  /** @param seen what the page had last of this run of the daemon; null: nothing. */
  watch(peer: Peer, seen: number | null): PeerEvents {
    const bursts = new Bursts(this.#room.clock, (characters) =>
      this.#record('typed', peer, `typed ${characters} characters`, characters),
    );
    const watcher: Watcher = { peer, bursts };
    let gone = false;
    // The ledger first: whoever is shown a terminal, and may type into it, stands there.
    this.#recorded('watched', peer, '')
      .then(() => this.#join(watcher, seen, () => gone))
      .catch(() => this.#refuse(peer, 'it cannot be recorded that you watch'));
    return {
      onText: (text) => this.#heard(watcher, text),
      onClose: () => {
        gone = true;
        bursts.end();
        this.#record('left', peer, '');
        if (this.#watchers.delete(watcher)) this.#watchersChanged();
      },
    };
  }

  async #join(watcher: Watcher, seen: number | null, isGone: () => boolean): Promise<void> {
    const { peer } = watcher;
    const at = this.#scroll.seq;
    const former = await this.#again(this.#scroll.since(seen));
    if (isGone()) return;
    if (this.#watchers.size >= MAX_WATCHERS) {
      this.#refuse(peer, 'too many people watch this terminal');
      return;
    }
    this.#watchers.add(watcher);
    // One step with adding it: nothing falls between what was shown and what comes.
    const text = this.#scroll.keeps(at) ? former + this.#scroll.since(at) : this.#scroll.since(null);
    this.#screen(peer, text);
    this.#watchersChanged();
  }

  /** @param text has passed the redactor. Empty: only whether what is typed arrives has changed. */
  #screen(peer: Peer, text: string): void {
    const why = this.#whyNotTyped(peer);
    const may = why === null ? { mayType: true } : { mayType: false, why };
    const bare = this.#room.exits.json({
      ...{ kind: 'screen', terminal: this.view(), text: '', seq: this.#scroll.seq },
      ...may,
    });
    peer.send(JSON.stringify({ ...(JSON.parse(bare) as WatcherAnswer), text }));
  }

  /** What was kept, without what became a secret since. Piece by piece: whatever waits for a decision is served between two. */
  async #again(kept: string): Promise<string> {
    const stream = this.#room.redactor.stream();
    const bytes = utf8.encode(kept);
    const clean: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += PIECE) {
      clean.push(stream.push(bytes.subarray(at, at + PIECE)));
      await new Promise((resolve) => setImmediate(resolve));
    }
    return Buffer.concat([...clean, stream.end()]).toString('utf8');
  }

  #heard(watcher: Watcher, text: string): void {
    const { peer, bursts } = watcher;
    const message = readWatcher(text);
    if (message === null) {
      peer.close(CLOSED.unsupported, 'not a message');
      return;
    }
    // Before the screen was shown nobody typed anything.
    if (!this.#watchers.has(watcher)) return;
    if (this.#whyNotTyped(peer) !== null) {
      this.#screen(peer, '');
      return;
    }
    const typed = typedOf(message.text);
    if (typed === '') return;
    // Not past the exits: it goes to the terminal the person looks at, and a password is to arrive as it was typed.
    const input: HostAnswer = { kind: 'input', text: typed };
    this.#host?.send(JSON.stringify(input));
    bursts.add([...typed].length);
  }

  #whyNotTyped({ actor }: Peer): string | null {
    if (!mayType(this.#room.now(actor))) return 'you may look at this terminal, not type';
    if (this.#ending !== null) return 'it has ended';
    if (this.#host === null) return 'its program is away for the moment';
    return this.#room.records.failed === null ? null : 'nothing can be recorded, so nothing may be typed';
  }

  #show(bytes: Uint8Array): void {
    const text = this.#decoder.decode(bytes, { stream: true });
    if (text === '') return;
    this.#scroll.push(text);
    // The stream it came by is the exit: a second look at each piece would cost ten times the first.
    const answer: WatcherAnswer = { kind: 'output', text, seq: this.#scroll.seq };
    this.#sendAll(JSON.stringify(answer));
  }

  #tell(answer: WatcherAnswer): void {
    if (this.#watchers.size > 0) this.#sendAll(this.#room.exits.json(answer));
  }

  #sendAll(text: string): void {
    for (const { peer } of this.#watchers) peer.send(text);
  }

  #refuse(peer: Peer, why: string): void {
    const answer: WatcherAnswer = { kind: 'refused', why };
    peer.send(this.#room.exits.json(answer));
    peer.close(CLOSED.failed, why);
  }

  #names(): readonly string[] {
    return [...new Set([...this.#watchers].map(({ peer }) => watcherName(peer.actor)))];
  }

  #watchersChanged(): void {
    this.#tell({ kind: 'watchers', watchers: this.#names() });
    this.#room.changed();
  }

  #recorded(change: Change, peer: Peer | null, text: string, characters?: number): Promise<unknown> {
    const by = peer === null ? 'daemon' : actorName(peer.actor);
    const at = this.#room.clock.now();
    const record = { kind: 'terminal', at, terminal: this.id, agent: this.agent, change, by, text } as const;
    return this.#room.records.record(characters === undefined ? record : { ...record, characters });
  }

  /** Not awaited: a ledger that fails raises its own alarm, and nothing may be typed then. */
  #record(change: Change, peer: Peer | null, text: string, characters?: number): void {
    this.#recorded(change, peer, text, characters).catch(() => undefined);
  }
}
