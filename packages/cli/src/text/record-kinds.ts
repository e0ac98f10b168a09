// The kinds of record that the help of `log` names: every one that the ledger has, which the type holds. No package is loaded for
// it, because each start of the command reads it.
import type { LedgerRecord } from '@castellan/contract';

const KINDS: Readonly<Record<LedgerRecord['kind'], true>> = {
  attempt: true,
  approval: true,
  outcome: true,
  grant: true,
  policy: true,
  module: true,
  agent: true,
  session: true,
  refusal: true,
  alarm: true,
  secret: true,
  vault: true,
  incident: true,
  'incident-step': true,
  model: true,
  connection: true,
  person: true,
  'sign-in': true,
  notice: true,
  terminal: true,
  script: true,
  schedule: true,
  verification: true,
  sealed: true,
  check: true,
  export: true,
  daemon: true,
};

export const RECORD_KINDS: readonly string[] = Object.keys(KINDS);
