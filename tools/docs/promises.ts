// docs/reference/promises.md: every promise with its state, and what we do not keep or do not promise yet, in the same words as the gate.
import { CLAIMS, type Claim } from '../../test/claims/claims.ts';
import { generatedFrom, table } from './text.ts';

export const PROMISES = 'docs/reference/promises.md';

const GROUPS: Readonly<Record<string, string>> = {
  N: 'The daemon and the network',
  A: 'Signing in',
  P: 'Permissions',
  G: 'Guardrails',
  H: 'Human approval',
  K: 'Connecting agents',
  M: 'The MCP gateway',
  S: 'Scripts',
  X: 'Secrets',
  I: 'Isolation',
  L: 'The ledger',
  D: 'Denial of service',
  U: 'Undo',
  W: 'The pages',
  R: 'Running it',
  F: 'Fleet',
};

const groupOf = ({ id }: Claim): string => id.charAt(0);
const seeds: Readonly<Record<string, string>> = { O: 'Opta', P: 'OpenPact', T: 'OpenTidy', X: 'ours' };
const from = ({ source }: Claim): string => [...source].map((letter) => seeds[letter] ?? letter).join(', ');

/** The page. @throws Error where a claim belongs to no group */
export function promisesPage(): string {
  const stray = CLAIMS.filter((claim) => GROUPS[groupOf(claim)] === undefined);
  if (stray.length > 0)
    throw new Error(`no group for ${stray.map(({ id }) => id).join(', ')}: add it to tools/docs/promises.ts`);
  const scoped = CLAIMS.filter(({ scope }) => scope !== undefined);
  const later = CLAIMS.filter(({ status }) => status === 'later');
  return [
    '# What we promise, and what we do not',
    '',
    generatedFrom('test/claims/claims.ts'),
    '',
    `${CLAIMS.length - later.length} promises are held by scenario tests that cite them: CI fails on one that no executed test shows.`,
    'Who attacks, and what stops them: [the threat model](../threat-model.md). What it does not hold against:',
    '[SECURITY.md](../../SECURITY.md#what-it-does-not-hold-against-yet).',
    '',
    '## Not promised yet',
    '',
    ...table(
      ['id', 'what is missing'],
      later.map(({ id, text }) => [id, text]),
    ),
    '',
    '## Kept in part',
    '',
    ...table(
      ['id', 'how far'],
      scoped.map(({ id, scope }) => [id, scope ?? '']),
    ),
    '',
    ...Object.entries(GROUPS).flatMap(([letter, title]) => {
      const rows = CLAIMS.filter((claim) => groupOf(claim) === letter && claim.status === 'now');
      if (rows.length === 0) return [];
      return [
        `## ${title}`,
        '',
        ...table(
          ['id', 'promise', 'from'],
          rows.map((claim) => [claim.id, claim.text, from(claim)]),
        ),
        '',
      ];
    }),
  ].join('\n');
}
