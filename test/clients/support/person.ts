// The person of a scenario: what they may look at and answer, with their own access and not the daemon's token, which answers nothing.
import { type Client, createClient, socketTransport } from '@castellan/client';
import type { Approval, LedgerRecord } from '@castellan/contract';
import type { RunningDaemon } from '@castellan/testkit';

export interface Person {
  readonly client: Client;
  /** The latest 1000, oldest first. */
  records(): Promise<readonly LedgerRecord[]>;
  /** What waits for them. @throws Error where nothing comes */
  waiting(): Promise<Approval>;
  resolve(answer: 'approve' | 'deny'): Promise<void>;
}

const TRIES = 600;
const PAUSE_MS = 50;

async function given<T>(answer: Promise<{ ok: true; value: T } | { ok: false; error: unknown }>): Promise<T> {
  const got = await answer;
  if (!got.ok) throw new Error(JSON.stringify(got.error));
  return got.value;
}

export async function personOf(daemon: RunningDaemon): Promise<Person> {
  const client = createClient({
    transport: socketTransport({ socketPath: daemon.socket, token: await daemon.access() }),
  });
  const waiting = async (): Promise<Approval> => {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const { approvals } = await given(client.approvals());
      const found = approvals.find((approval) => approval.state.kind === 'pending');
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    throw new Error('no approval appeared');
  };
  return {
    client,
    records: async () =>
      (await given(client.ledger({ query: { from: 0, limit: 1000 } }))).records.map((item) => item.record),
    waiting,
    resolve: async (answer) => {
      const { id, digest } = await waiting();
      const body = answer === 'approve' ? { answer, digest } : { answer };
      await given(client.resolve({ params: { id }, body }));
    },
  };
}
