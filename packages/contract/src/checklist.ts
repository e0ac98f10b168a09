// The checklists of the three systems Castellan comes from, line by line and in our words: which items of ours answer each line. A line
// without an item says why it is not ours. Pure.
import type { CheckItem } from './check.ts';
import type { CheckId } from './check-catalogue.ts';

export interface ChecklistLine {
  readonly id: string;
  readonly from: 'OpenPact' | 'Opta' | 'OpenTidy';
  /** OpenPact's three lists are for before, during and after; the other two state what they assume. */
  readonly part: 'before deployment' | 'in operation' | 'when something happens' | 'assumed';
  readonly line: string;
  /** The first is what the line stands or falls with. None: `note` says why nobody can look it up here. */
  readonly items: readonly CheckId[];
  /** What answers it besides. */
  readonly note: string;
}

type Rows = readonly (readonly [id: string, line: string, items: readonly CheckId[], note?: string])[];

const of = (from: ChecklistLine['from'], part: ChecklistLine['part'], rows: Rows): readonly ChecklistLine[] =>
  rows.map(([id, line, items, note = '']) => ({ id, from, part, line, items, note }));

export const CHECKLIST: readonly ChecklistLine[] = [
  ...of('OpenPact', 'before deployment', [
    [
      'tls',
      'whatever is reached from elsewhere has TLS',
      ['listen', 'remote', 'remote-tls', 'remote-factor'],
      'without TLS the second listener does not start',
    ],
    ['password', "the admin's password is a strong one", ['set-up', 'passwords', 'second-factor']],
    [
      'defaults',
      'the configuration was looked through, the user it runs as and the programs it starts above all',
      ['user', 'two-users', 'defaults', 'preset', 'servers-walls', 'walls-here', 'hosts', 'redaction'],
    ],
    [
      'monitoring',
      'somebody is told when something is wrong',
      ['channels', 'channels-answer', 'forwards', 'alarms', 'behaved', 'escapes'],
    ],
    ['allowlist', 'only known addresses get in', ['remote', 'remote-allow']],
  ]),
  ...of('OpenPact', 'in operation', [
    ['sign-ins', 'tries to sign in are watched for what is odd', ['sign-ins', 'sign-in-tries', 'api-tokens']],
    ['scripts', 'scripts that wait are answered soon', ['scripts']],
    ['rotation', 'secrets are replaced when their time has come', ['due', 'vault', 'api-tokens-end']],
    [
      'updates',
      'the program is kept up to date',
      ['version'],
      'nothing is asked of any server by itself: what is newer is on the page of releases',
    ],
    [
      'script-log',
      'what scripts did is read',
      ['ledger', 'ledger-verified'],
      'every run, with each call it made: `castellan scripts runs`, `castellan log kind:script`',
    ],
  ]),
  ...of('OpenPact', 'when something happens', [
    [
      'revoke',
      'it is known how sign-ins are revoked',
      ['admins', 'panic'],
      'one of them: Settings; all at once, with the key they are signed by: `castellan panic`',
    ],
    ['disable', 'a script that went bad can be stopped', ['scripts'], '`castellan scripts disable NAME`'],
    [
      'copies',
      'there are copies of the configuration',
      ['backup'],
      'what a copy is worth is seen where it is restored: `castellan restore FILE --to FOLDER`',
    ],
    ['escalation', 'it is written down who is told, and in which order', ['runbook', 'channels']],
  ]),
  ...of('Opta', 'assumed', [
    ['loopback', 'the daemon listens on this machine alone', ['listen']],
    ['token', 'whoever asks shows a token that ends with the daemon', ['state', 'state-above', 'daemon']],
    [
      'local',
      'nothing leaves for anybody who was not named',
      ['hosts', 'private-hosts', 'defaults'],
      'no cloud service is spoken to before `cloud.services` names it',
    ],
    ['asked', 'each tool asks as its level says', ['preset', 'manifests', 'modules', 'pinned', 'faults']],
    ['guardrails', 'rules that nothing waives are in force', ['faults', 'hooks', 'proven']],
    ['lan', 'the model server keeps its own door', [], 'it is another program: its page says who gets in there'],
  ]),
  ...of('OpenTidy', 'assumed', [
    ['hooks', 'every call of the agent passes the hook', ['agents', 'hooks', 'proven', 'agents-walls']],
    ['manifest', 'modules sort their tools as they are', ['manifests', 'pinned', 'modules']],
    ['human', 'a person decides, and none of the models', ['set-up', 'channels', 'api-tokens-answer']],
    ['presence', 'where the terminal asks, somebody sits there', ['preset'], 'without anybody it becomes `confirm`'],
    ['trail', 'everything is written down, and stays', ['ledger', 'ledger-verified', 'retention', 'disk', 'clock']],
    ['own-folder', "the agent's settings are apart from your own", ['agents-walls', 'two-users']],
    ['token', 'the token lies where nobody else reads', ['state', 'state-above', 'vault-key']],
    ['remote', 'the way in from elsewhere is encrypted and asks who it is', ['remote', 'remote-tls', 'remote-factor']],
    ['undo', 'what went wrong can be found and taken back', ['ledger', 'undo']],
    [
      'reports',
      'whoever finds a hole knows where to tell',
      [],
      'SECURITY.md: the address, and how soon it is answered',
    ],
  ]),
];

export interface CheckedLine extends ChecklistLine {
  /**
   * The worst of its items; unknown where it has none, or where none that was looked at is short and the first could not be looked at,
   * or, without the daemon, any.
   */
  readonly state: CheckItem['state'];
  /** Those that were looked at. */
  readonly seen: readonly CheckItem[];
}

const WEIGHT: Readonly<Record<CheckItem['state'], number>> = { bad: 0, warn: 1, unknown: 2, good: 3 };

/** Every line with what was seen of it. */
export function checkedLines(checks: readonly CheckItem[]): readonly CheckedLine[] {
  // With the daemon an item that is missing has nothing to say: there is no certificate where nothing listens. Without it nobody looked.
  const isBlind = checks.some(({ id, state }) => id === 'daemon' && state !== 'good');
  return CHECKLIST.map((line) => {
    const seen = checks.filter(({ id }) => line.items.some((item) => item === id));
    const [worst] = seen.toSorted((a, b) => WEIGHT[a.state] - WEIGHT[b.state]);
    const needed = isBlind ? line.items : line.items.slice(0, 1);
    const isWhole = worst?.state !== 'good' || needed.every((item) => seen.some(({ id }) => id === item));
    return { ...line, state: isWhole ? (worst?.state ?? 'unknown') : 'unknown', seen };
  });
}
