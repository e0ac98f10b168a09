// What Castellan may do itself about an item, in words. RULE: only what makes nothing looser, loses nothing and can be done twice. Pure.
import type { CheckItem } from '@castellan/contract';
import { counted, listed } from './check-item.ts';
import type { CheckFacts } from './facts.ts';

/** Items that Castellan can do something about. */
export const MENDABLE = ['state', 'hooks', 'proven', 'channels', 'ledger-verified'] as const;
export type Mendable = (typeof MENDABLE)[number];

export const isMendable = (id: string): id is Mendable => MENDABLE.some((each) => each === id);

function wordsFor(id: Mendable, facts: CheckFacts): string | null {
  switch (id) {
    case 'state': {
      const open = facts.isolation.here.state.faults.filter(({ kind }) => kind === 'open');
      return open.length === 0
        ? null
        : `close ${counted(open.length, 'file or folder', 'files and folders')} to others`;
    }
    case 'hooks': {
      const gone = facts.alarms.filter(({ kind }) => kind === 'hooks-missing' || kind === 'hooks-disabled');
      const names = facts.agents.filter(({ id: agent }) => gone.some((alarm) => alarm.agent === agent));
      return names.length === 0 ? null : `put the entries of ${listed(names.map(({ name }) => name))} back`;
    }
    case 'proven': {
      const due = facts.proofs.filter(
        ({ state, due: why }) => state !== 'running' && (why !== '' || state === 'failed'),
      );
      return due.length === 0 ? null : `let harmless calls prove ${listed(due.map(({ name }) => name))}`;
    }
    case 'channels': {
      const silent = facts.channels.filter(({ latest }) => latest !== 'sent');
      return silent.length === 0 ? null : `send a test message through ${listed(silent.map(({ name }) => name))}`;
    }
    case 'ledger-verified':
      return facts.ledger.failed === null && facts.verified?.ok !== false ? 'verify every byte of the ledger' : null;
  }
}

/** null: a person must do it, or nothing is to be done. */
export const mendedBy = ({ id, state }: CheckItem, facts: CheckFacts): string | null =>
  state === 'good' || !isMendable(id) ? null : wordsFor(id, facts);
