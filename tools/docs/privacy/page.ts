// docs/reference/privacy.md: what is stored where and how long, how it is taken out and deleted, and every connection that there can be.
import { generatedFrom, table } from '../text.ts';
import { DOORS } from './doors.ts';
import { ELSEWHERE, KEPT, type Kept } from './files.ts';

export const PRIVACY = 'docs/reference/privacy.md';

const fileRow = ({ path, holds, kept, goes }: Omit<Kept, 'key'>): readonly string[] => [path, holds, kept, goes];

/** The page. */
export function privacyPage(): string {
  return [
    '# Privacy',
    '',
    generatedFrom('tools/docs/privacy; laws compare it with the code'),
    '',
    'Castellan runs on your machine and reports to nobody: no telemetry, no look for updates, no account of ours. With the settings it comes',
    'with it opens no connection at all; a test runs it in a network namespace that has none.',
    '',
    '## What is stored',
    '',
    'Everything lies in one folder, `~/.config/castellan` (`CASTELLAN_HOME`), that only you can enter.',
    '',
    ...table(
      ['where', 'what', 'how long', 'how it goes'],
      KEPT.map((kept) => fileRow({ ...kept, path: `\`${kept.path}\`` })),
    ),
    '',
    'Elsewhere:',
    '',
    ...table(['where', 'what', 'how long', 'how it goes'], ELSEWHERE.map(fileRow)),
    '',
    'What agents read and send is recorded with known secrets taken out; what no rule knows to be a secret is recorded as it was. Whoever',
    'can read the folder can read that.',
    '',
    '## Taking it out',
    '',
    '- `castellan log` finds any of it, `castellan export` writes it in forms that other programs read.',
    '- `castellan backup` makes one file of everything, sealed.',
    '- The ledger is plain files: `castellan ledger verify` checks a copy anywhere.',
    '',
    '## Deleting it',
    '',
    '- One secret, agent, person, grant or script: its own command, above. That it was there stays in the ledger.',
    '- Old records: `castellan ledger seal`, or `retention` in config.yaml.',
    '- All of it: `castellan disconnect` each agent, `castellan down`, then remove the folder.',
    '',
    '## Every connection that there can be',
    '',
    'No other file of the program may open one: a law fails on it.',
    '',
    ...table(
      ['to', 'when', 'what leaves'],
      DOORS.filter(({ leaves }) => leaves).map(({ to, when, what }) => [to, when, what]),
    ),
    '',
    'And those that end at the daemon on this machine, by its socket or the loopback:',
    '',
    ...table(
      ['for', 'what'],
      DOORS.filter(({ leaves }) => !leaves).map(({ when, what }) => [when, what]),
    ),
    '',
    'Programs that Castellan starts for you (agents, servers) have networks of their own unless they run within walls ([network](../guide/network.md)).',
    '',
  ].join('\n');
}
