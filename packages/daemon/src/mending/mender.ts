// Does what an item of the checklist says can be done, at a person's word. INVARIANT: that it begins is on disk before anything is done,
// and nothing is done that the item, as it is seen at this moment, does not offer.
import { type Actor, type AgentId, actorName, type CheckItem, type LedgerRecord } from '@castellan/contract';
import type { Clock } from '../clock.ts';
import { type CheckFacts, checksOf, isMendable, type Mendable } from '../insight/index.ts';

/** One thing that was done, or could not be. */
export interface Deed {
  readonly ok: boolean;
  /** One line. */
  readonly text: string;
}

/** What is done, each by the room it belongs to. */
export interface Hands {
  /** Takes from others what they may do with files of the state folder. */
  closeOpen(): Promise<readonly Deed[]>;
  /** Writes the entries of an agent into its settings again. */
  putBack(agent: AgentId, by: Actor): Promise<Deed>;
  /** Begins to prove an agent. */
  prove(agent: AgentId): Promise<Deed>;
  tryChannel(name: string): Promise<Deed>;
  verifyLedger(): Promise<Deed>;
}

export interface MenderHost {
  readonly clock: Clock;
  readonly record: (record: LedgerRecord) => Promise<unknown>;
  readonly facts: () => Promise<CheckFacts>;
  readonly hands: Hands;
}

export type MendAnswer =
  | { readonly kind: 'done'; readonly done: readonly string[]; readonly item: CheckItem }
  | { readonly kind: 'unknown' }
  /** There is nothing that Castellan may do about it. */
  | { readonly kind: 'not-ours'; readonly item: CheckItem };

export class Mender {
  readonly #host: MenderHost;

  constructor(host: MenderHost) {
    this.#host = host;
  }

  /** @throws LedgerError where it cannot be recorded: nothing is done then. */
  async mend(id: string, by: Actor): Promise<MendAnswer> {
    const facts = await this.#host.facts();
    const item = checksOf(facts).find((each) => each.id === id);
    if (item === undefined) return { kind: 'unknown' };
    const { mends } = item;
    if (mends === undefined || !isMendable(id)) return { kind: 'not-ours', item };
    await this.#record(id, 'begun', by, mends);
    const deeds = await this.#do(id, facts, by);
    const failed = deeds.filter(({ ok }) => !ok);
    const done = deeds.map(({ text }) => text);
    await this.#record(id, failed.length === 0 ? 'mended' : 'failed', by, done.join('; '));
    const after = checksOf(await this.#host.facts()).find((each) => each.id === id);
    return { kind: 'done', done, item: after ?? item };
  }

  async #do(id: Mendable, facts: CheckFacts, by: Actor): Promise<readonly Deed[]> {
    const { hands } = this.#host;
    switch (id) {
      case 'state':
        return hands.closeOpen();
      case 'hooks': {
        const gone = facts.alarms.filter(({ kind }) => kind === 'hooks-missing' || kind === 'hooks-disabled');
        const agents = new Set(gone.flatMap(({ agent }) => (agent === null ? [] : [agent])));
        return inTurn([...agents], (agent) => hands.putBack(agent, by));
      }
      case 'proven': {
        const due = facts.proofs.filter(
          (each) => each.state !== 'running' && (each.due !== '' || each.state === 'failed'),
        );
        return inTurn(due, ({ agent }) => hands.prove(agent));
      }
      case 'channels': {
        const silent = facts.channels.filter(({ latest }) => latest !== 'sent');
        return inTurn(silent, ({ name }) => hands.tryChannel(name));
      }
      case 'ledger-verified':
        return [await hands.verifyLedger()];
    }
  }

  async #record(check: string, change: 'begun' | 'mended' | 'failed', by: Actor, text: string): Promise<void> {
    const { record, clock } = this.#host;
    await record({ kind: 'check', at: clock.now(), check, change, by: actorName(by), text });
  }
}

/** One after the other; what throws is a deed that failed. */
async function inTurn<T>(all: readonly T[], act: (one: T) => Promise<Deed>): Promise<readonly Deed[]> {
  const deeds: Deed[] = [];
  for (const one of all) deeds.push(await act(one).catch((error: unknown) => ({ ok: false, text: messageOf(error) })));
  return deeds;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'it failed');
