// The checklist, joined: facts from every room, and what is done about an item at a person's word.
import { closeOpenState } from '@castellan/agents';
import type { AgentsHere } from './connecting/index.ts';
import { type FactsHost, factsOf } from './http/index.ts';
import type { CheckFacts } from './insight/index.ts';
import { type Hands, LedgerCheck, Mender } from './mending/index.ts';
import type { Notify } from './notify/index.ts';
import { statePaths } from './state/index.ts';
import type { Verifications } from './verification/index.ts';

export interface ChecksHost extends Omit<FactsHost, 'proofs' | 'ledgerCheck' | 'notify'> {
  readonly notify: Pick<Notify, 'list' | 'test'>;
  readonly verifications: Pick<Verifications, 'proofs' | 'start'>;
  readonly here: Pick<AgentsHere, 'again'>;
}

export interface Checks {
  readonly facts: () => Promise<CheckFacts>;
  readonly mender: Mender;
  /** The ledger is verified once a day from now on. */
  readonly begin: () => Disposable;
}

export async function openChecks(host: ChecksHost): Promise<Checks> {
  const { parts, home, verifications, notify, here } = host;
  const { clock, records, agents, store, alarms } = parts;
  const ledgerCheck = await LedgerCheck.open({ clock, store, alarms, folder: statePaths(home).ledger });
  const facts = (): Promise<CheckFacts> => factsOf({ ...host, ledgerCheck, proofs: () => verifications.proofs() });
  const nameOf = (id: Parameters<Hands['prove']>[0]): string => agents.get(id)?.name ?? id;
  const hands: Hands = {
    closeOpen: () => closeOpenState(home, process.getuid?.() ?? null),
    async putBack(agent, by) {
      const name = nameOf(agent);
      const done = await here.again(agent, by);
      if (done.ok) return { ok: true, text: `the entries of \`${name}\` stand again` };
      return { ok: false, text: `\`${name}\`: ${[done.fault.message, ...done.fault.hints].join('; ')}` };
    },
    async prove(agent) {
      const began = await verifications.start(agent);
      if (began.kind === 'begun') return { ok: true, text: `\`${nameOf(agent)}\` is being proven` };
      return { ok: false, text: `\`${nameOf(agent)}\`: ${began.why}; ${began.hint}` };
    },
    async tryChannel(name) {
      const delivery = await notify.test(name);
      return delivery?.state === 'sent'
        ? { ok: true, text: `\`${name}\` took a test message` }
        : { ok: false, text: `\`${name}\`: ${delivery?.text ?? 'it is gone'}` };
    },
    async verifyLedger() {
      const { ok, text } = await ledgerCheck.run();
      return { ok, text };
    },
  };
  const mender = new Mender({ clock, facts, hands, record: (record) => records.record(record) });
  return { facts, mender, begin: () => ledgerCheck.begin() };
}
