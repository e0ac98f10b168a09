// Gathers what the checklist is made from, of every room. INVARIANT: no value of a secret is among it.

import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { wallsStand } from '@castellan/sandbox';
import type { Backups } from '../../backups/index.ts';
import { machineTime } from '../../clock.ts';
import type { Forwards } from '../../evidence/index.ts';
import type { CheckFacts } from '../../insight/index.ts';
import type { LedgerCheck } from '../../mending/index.ts';
import type { Notify } from '../../notify/index.ts';
import type { Retention } from '../../retention/index.ts';
import type { Scripts } from '../../scripts/index.ts';
import type { Parts } from '../../surfaces/index.ts';
import { type IsolationHost, isolationFacts } from './insight-isolation.ts';

export interface FactsHost extends IsolationHost {
  readonly parts: Parts;
  readonly version: string;
  readonly notify: Pick<Notify, 'list'>;
  readonly scripts: { readonly life: Pick<Scripts['life'], 'names' | 'of'> };
  /** Where agents find it. */
  readonly addresses: () => readonly string[];
  /** Where people come in from elsewhere; null: nowhere. */
  readonly remote: () => string | null;
  readonly proofs: () => Promise<CheckFacts['proofs']>;
  readonly forwards: Pick<Forwards, 'list'>;
  /** The person's own; null: nobody wrote any. */
  readonly runbook: () => string | null;
  readonly backups: Pick<Backups, 'view'>;
  readonly retention: Pick<Retention, 'held'>;
  readonly ledgerCheck: Pick<LedgerCheck, 'last'>;
}

const DAY_MS = 24 * 60 * 60_000;
/** Of a day of guessing the latest are enough to see that there was one. */
const MOST_TRIES = 500;
const SHOWN_NAMES = 3;
/** Clients with hooks in files; what has none stands behind the gateway. */
const HOOKED: ReadonlySet<string> = new Set(['claude-code', 'opencode', 'codex']);
const FAILED: ReadonlySet<string> = new Set(['failed', 'held-off', 'factor-failed', 'reused']);

async function signInsOf({ records, clock }: Parts): Promise<CheckFacts['signIns']> {
  const since = clock.now() - DAY_MS;
  const found = await records.query({ kind: 'sign-in', limit: MOST_TRIES });
  const failed = new Map<string, number>();
  let tried = 0;
  for (const { record } of found) {
    if (record.kind !== 'sign-in' || record.at < since) continue;
    if (record.change !== 'succeeded' && !FAILED.has(record.change)) continue;
    tried += 1;
    if (FAILED.has(record.change)) failed.set(record.who, (failed.get(record.who) ?? 0) + 1);
  }
  const names = [...failed].toSorted(([, a], [, b]) => b - a).map(([name]) => name);
  return {
    tried,
    failed: [...failed.values()].reduce((sum, many) => sum + many, 0),
    names: names.slice(0, SHOWN_NAMES),
  };
}

function certificateOf({ tls }: CheckFacts['remote']): CheckFacts['certificate'] {
  if (tls === null) return null;
  try {
    const { validToDate } = new X509Certificate(readFileSync(tls.certificate));
    return { endsAt: validToDate.getTime(), keyMode: statSync(tls.key).mode & 0o777 };
  } catch {
    return null;
  }
}

const copiesOf = ({ every, last, failed }: ReturnType<Backups['view']>): CheckFacts['backups'] => ({
  ...{ every, failed, lastAt: last?.at ?? null },
});

export async function factsOf(host: FactsHost): Promise<CheckFacts> {
  const { parts, notify, remote, proofs, scripts, modules, version } = host;
  const { policy, records, vault, people, setUp, apiTokens, agents, alarms, clock } = parts;
  const { config, modules: manifests } = policy.policy;
  const users = people.users.list().map((account) => people.userView(account));
  const here = users.filter(({ disabledAt, invited }) => disabledAt === null && !invited);
  const connected = agents.list().filter(({ revokedAt, kind }) => revokedAt === null && kind !== 'demo');
  // Our own, in whose name scripts run: nobody starts it and nothing could wall it in, but somebody may freeze it.
  const outside = connected.filter(({ kind }) => kind !== 'castellan');
  return {
    now: clock.now(),
    setUpDone: !setUp.needed,
    people: here.map(({ name, role, factors }) => ({
      name,
      role,
      factors: factors.passkeys + (factors.totp ? 1 : 0),
    })),
    invited: users.filter(({ invited }) => invited).length,
    tokens: apiTokens.list(),
    signIns: await signInsOf(parts),
    addresses: host.addresses(),
    remote: config.remote,
    certificate: certificateOf(config.remote),
    remoteAddress: remote(),
    agents: connected
      .filter(({ kind, frozen }) => kind !== 'castellan' || frozen !== null)
      .map(({ frozen, ...agent }) => ({ ...agent, frozen: frozen?.why ?? null })),
    unwatched: outside.filter(({ kind, watched }) => HOOKED.has(kind) && watched.length === 0).map(({ name }) => name),
    proofs: await proofs(),
    alarms: alarms.open(),
    workspace: {
      agents: connected.filter(({ tools }) => tools).map(({ name }) => name),
      commands: config.workspace.commands,
      walls: await wallsStand(),
    },
    isolation: await isolationFacts(host, outside),
    config,
    faults: policy.faults,
    unaccepted: manifests.filter(({ accepted }) => !accepted).map(({ manifest }) => manifest.name),
    servers: modules
      .list()
      .filter(({ state, source }) => state !== null && !source.startsWith('shipped/'))
      .map(({ name, state, quarantined }) => ({ name, state, quarantined })),
    scripts: scripts.life
      .names()
      .flatMap((name) => scripts.life.of(name))
      .filter(({ state }) => state.kind === 'pending')
      .map(({ script, proposedAt }) => ({ name: script, since: proposedAt })),
    vault: vault.state,
    secrets: vault.list(),
    ledger: { size: records.size, root: records.checkpoint.root, failed: records.failed },
    retention: config.retention,
    retentionHeld: host.retention.held,
    forwards: host.forwards.list(),
    undo: await parts.undo.undoing.room(),
    panicSince: parts.standstill.standing?.at ?? null,
    runbook: host.runbook() !== null,
    backups: copiesOf(host.backups.view()),
    verified: host.ledgerCheck.last,
    machineTime: machineTime(),
    program: { version, node: process.version },
    channels: notify.list().channels.map(({ name, channel, deliveries }) => ({
      name,
      answers: channel.answers,
      latest: deliveries[0]?.state ?? null,
    })),
  };
}
