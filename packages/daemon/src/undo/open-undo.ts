// Opens the room: packs, the index over them, the road's side and the person's side. INVARIANT: where the folder cannot be used
// nothing is kept, which each call's card says; it stops no start.
import type { Sha256, UndoConfig, Verdict } from '@castellan/contract';
import type { Clock } from '../clock.ts';
import type { Records } from '../records/index.ts';
import type { Store } from '../store/index.ts';
import { Contents } from './contents.ts';
import { Journal } from './journal.ts';
import { Keeper, type Sealing } from './keep/keeper.ts';
import { KeptCalls, NUMBERED } from './kept-calls.ts';
import { type PackKey, packKeyOf } from './packs/frame.ts';
import { Packs } from './packs/packs.ts';
import { Undoing, type UndoingHost } from './undoing.ts';

export interface UndoHost {
  readonly folder: string;
  readonly clock: Clock;
  readonly store: Store;
  readonly records: Pick<Records, 'record'>;
  readonly config: () => UndoConfig;
  readonly policyDigest: () => Verdict['policy'];
  readonly bindingHash: Sha256;
  readonly vault: {
    readonly sealKey: () => { readonly kind: 'open'; readonly secret: Buffer } | { readonly kind: 'empty' | 'locked' };
    readonly makeSealKey: (by: string) => Promise<Buffer | null>;
  };
  readonly redactor: { text(text: string): string; find(bytes: Uint8Array): readonly unknown[] };
  readonly isPrivate: (path: string) => boolean;
  readonly agents: UndoingHost['agents'];
  readonly work: UndoingHost['work'];
}

export interface UndoRoom extends AsyncDisposable {
  readonly journal: Journal;
  readonly undoing: Undoing;
}

const PRUNE_MS = 10 * 60_000;

/** @throws the system's error where its folder cannot be made. */
export async function openUndo(host: UndoHost): Promise<UndoRoom> {
  const { clock, store, redactor, config, vault, records } = host;
  const rows = store.undo;
  const packs: Packs = await Packs.open({
    folder: host.folder,
    random: (bytes) => clock.random(bytes),
    now: () => clock.now(),
    known: Number((await store.meta(NUMBERED)) ?? '0'),
    finished: (pack) => calls.finished(pack).catch(() => undefined),
  });
  const sealing = sealingOf(() => vault.sealKey());
  const key = (): PackKey | null => {
    const found = sealing();
    return found.kind === 'open' ? found.key : null;
  };
  const calls: KeptCalls = new KeptCalls({ packs, rows, store, clock, key, config });
  const makeKey = async (): Promise<PackKey | null> => {
    const secret = await vault.makeSealKey('castellan');
    return secret === null ? null : packKeyOf(secret);
  };
  const holdsSecret = (bytes: Buffer): boolean => redactor.find(bytes).length > 0;
  const keeper = new Keeper({ packs, sealing, makeKey, holdsSecret, config });
  const shown = (text: string): string => redactor.text(text);
  const { agents, work, policyDigest, bindingHash, isPrivate } = host;
  const journal = new Journal({ keeper, calls, rows, config, shown, isPrivate });
  const undoing = new Undoing({
    contents: () => new Contents(packs, key),
    ...{ clock, packs, calls, journal, rows, records, config, policyDigest, bindingHash, agents, work },
    shower: { text: shown, isPrivate },
  });
  await calls.index();
  const prune = (): void => void calls.prune().catch(() => undefined);
  prune();
  const stop = clock.every(PRUNE_MS, prune);
  return {
    journal,
    undoing,
    async [Symbol.asyncDispose]() {
      stop();
      await packs.close();
    },
  };
}

/** The key is made of the vault's once, not for each call. */
function sealingOf(sealKey: UndoHost['vault']['sealKey']): () => Sealing {
  let last: { readonly secret: Buffer; readonly key: PackKey } | null = null;
  return () => {
    const found = sealKey();
    if (found.kind !== 'open') return { kind: found.kind };
    if (last === null || !last.secret.equals(found.secret))
      last = { secret: found.secret, key: packKeyOf(found.secret) };
    return { kind: 'open', key: last.key };
  };
}
