// docs/guide/doctor.md: the command, every item of the catalogue, and the checklists line by line. RULE: what stands in a table stands
// in the data that the product checks by.
import { CHECKLIST, CHECKS, type CheckGroup, type CheckId } from '../../packages/contract/src/index.ts';
import { generatedFrom, table } from './text.ts';

export const DOCTOR_PAGE = 'docs/guide/doctor.md';

const TITLES: Readonly<Record<CheckGroup, string>> = {
  access: 'Who gets in',
  agents: 'Agents',
  isolation: 'Walls',
  policy: 'Policy',
  secrets: 'Secrets',
  evidence: 'Evidence',
  running: 'Running it',
  reach: 'Being reached',
};

function groupLines(group: CheckGroup): readonly string[] {
  const rows = (Object.keys(CHECKS) as CheckId[]).filter((id) => CHECKS[id][0] === group);
  return [
    `### ${TITLES[group]}`,
    '',
    ...table(
      ['item', 'what should be so', 'what is looked at'],
      rows.map((id) => [`\`${id}\``, CHECKS[id][1], CHECKS[id][2]]),
    ),
    '',
  ];
}

function checklistPart(title: string): readonly string[] {
  const lines = CHECKLIST.filter(({ from, part }) => `${from}, ${part}` === title);
  const answer = ({ items, note }: (typeof lines)[number]): string => {
    const by = items.map((id) => `\`${id}\``).join(', ');
    if (by === '') return `not ours: ${note}`;
    return note === '' ? by : `${by}; ${note}`;
  };
  return [
    `### ${title}`,
    '',
    ...table(
      ['line', 'answered by'],
      lines.map((line) => [line.line, answer(line)]),
    ),
    '',
  ];
}

const INTRO = `# The checklist

${generatedFrom('the catalogue of items and the checklists in `packages/contract`')}

\`castellan doctor\` looks at everything that keeps agents in bounds on this machine, and says of each item what was seen and what to do. The
page *Checks* of the screens says the same.

- **good**: nothing to do. **warn**: it could be better. **bad**: it must be fixed. **unknown**: nobody could look, and the item says why.
- Exit code 0: nothing must be fixed. 1: something must. 2: with \`--fix\`, you may not, or said no. 64: with \`--fix\`, nobody could be asked.
- Without the daemon it says what can be seen from outside: the machine, the state folder, the configuration, the disk, and whether the
  ledger verifies.
- \`--json\` prints the same as data: \`castellan doctor --json | jq '.checks[] | select(.state != "good")'\`.

## What is mended for you

\`castellan doctor --fix\` shows what would be done, asks, and has the daemon do it. Only what makes nothing looser, loses nothing and can be
done twice is offered:

| item | what is done |
|---|---|
| \`state\` | files and folders of the state folder are closed to others: by their descriptor, following no link, taking rights away alone |
| \`hooks\` | the entries of an agent are written into its settings again, as it was connected |
| \`proven\` | harmless calls through the real client begin, as with \`castellan verify\` |
| \`channels\` | a test message goes through each channel that reached nobody yet |
| \`ledger-verified\` | every byte of the ledger is verified, against the checkpoint that is kept outside its folder |

That is for an admin who signed in. An agent, its credential, an API token, the daemon's own token and whoever only answers are refused; under
an agent the command does not begin. That it begins is in the ledger before anything is done, and what came of it after
(\`castellan log 'kind:check'\`). A ledger that does not verify is evidence: nothing is done about it but by you.

## Every item
`;

const PARTS: readonly string[] = [...new Set(CHECKLIST.map(({ from, part }) => `${from}, ${part}`))];

export const doctorPage = (): string =>
  [
    INTRO,
    ...(Object.keys(TITLES) as CheckGroup[]).flatMap(groupLines),
    '## The checklists it comes from',
    '',
    'Castellan comes from three systems. Their checklists, and what they state of their own security, line by line in our words:',
    'each is answered by items, or says why nobody can look it up here. `castellan doctor --checklist` prints them with what was seen.',
    '',
    ...PARTS.flatMap(checklistPart),
  ]
    .join('\n')
    .replace(/\n+$/, '\n');
