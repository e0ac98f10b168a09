// The last verification of each agent, kept across restarts. What ran when the daemon ended came to nothing.
import { type AgentId, parserOf, type Verification, verificationSchema } from '@castellan/contract';
import type { Store } from '../store/index.ts';

const parse = parserOf(verificationSchema);

export class KeptVerifications {
  readonly #db: Store['db'];

  constructor({ db }: Store) {
    this.#db = db;
  }

  async all(): Promise<readonly Verification[]> {
    const rows = await this.#db.selectFrom('verifications').select('data').execute();
    return rows.flatMap(({ data }) => {
      const read = parse(JSON.parse(data));
      return read.ok ? [read.value] : [];
    });
  }

  async put(verification: Verification): Promise<void> {
    const data = JSON.stringify(verification);
    await this.#db
      .insertInto('verifications')
      .values({ agent: verification.agent, data })
      .onConflict((on) => on.column('agent').doUpdateSet({ data }))
      .execute();
  }

  async remove(agent: AgentId): Promise<void> {
    await this.#db.deleteFrom('verifications').where('agent', '=', agent).execute();
  }
}
