// A report for people, as Markdown. INVARIANT: what agents wrote is data here: it stands between back quotes or behind a backslash,
// so that no heading, link or picture of it is one.
import type { Incident, IncidentReport } from '@castellan/contract';

/** A span of code, whatever it holds. */
function code(text: string): string {
  const one = text.replaceAll(/\s+/g, ' ').trim();
  const longest = Math.max(0, ...[...one.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${one}${fence}` : `${fence} ${one} ${fence}`;
}

const plain = (text: string): string =>
  text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_{}[\]()<>#+!|~-]/g, (sign) => `\\${sign}`);

const when = (at: number): string =>
  new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');

const section = (title: string, lines: readonly string[]): readonly string[] => ['', `## ${title}`, '', ...lines];
const list = (items: readonly string[], none: string): readonly string[] =>
  items.length === 0 ? [none] : items.map((item) => `- ${item}`);

function doneLines({ did, declared }: Incident): readonly string[] {
  if (declared === 0) return ['No panic was declared in it.'];
  return list(
    did.map(({ step, count, failed }) => `${step}: ${count}${failed === null ? '' : `, **failed**: ${plain(failed)}`}`),
    'It has not been recorded yet what it did.',
  );
}

export function markdownOf(report: IncidentReport): string {
  const { incident, calls, refused, secrets, hosts, files, lasting, timeline, todo, truncated, from, to } = report;
  const { affected, recovered, notes } = incident;
  const over =
    incident.closedAt === null
      ? 'still open'
      : `closed ${when(incident.closedAt)} by ${plain(incident.closedBy ?? '')}`;
  const ran = calls.filter((call) => call.ran);
  const lines = [
    `# Incident ${incident.id}`,
    '',
    plain(incident.text),
    '',
    `Opened ${when(incident.openedAt)} by ${plain(incident.openedBy)} (${incident.cause}); ${over}.`,
    `Looked at: ${when(from)} to ${when(to)}.${truncated ? ' What is older was left out: there is too much.' : ''}`,
    ...section('What is to be done', list(todo, 'Nothing that is known.')),
    ...section('What the panic did', doneLines(incident)),
    ...section('Calls that ran or may have run', [
      ...list(
        ran.map(
          ({ at, call, agent, tool, effects, decided, ended }) =>
            `${when(at)} ${call}: ${plain(agent)} ${code(tool)}; ${effects.map(code).join(', ')}; ${plain(decided)}; ${ended}`,
        ),
        'None.',
      ),
      '',
      refused === 1 ? '1 other was refused.' : `${refused} others were refused.`,
    ]),
    ...section(
      'Secrets that were used',
      list(
        secrets.map(
          ({ name, times, lastAt, by, hosts: at, rotated }) =>
            `${code(name)}: ${times === 1 ? 'once,' : `${times} times, last`} ${when(lastAt)}, by ${by.map(plain).join(', ')}${at.length === 0 ? '' : ` towards ${at.map(code).join(', ')}`}; ${rotated ? 'rotated since' : '**rotate it**'}`,
        ),
        'None.',
      ),
    ),
    ...section(
      'Hosts that were reached',
      list(
        hosts.map(
          ({ host, times, sentBytes, by }) =>
            `${code(host)}: ${times === 1 ? 'once' : `${times} times`}, ${sentBytes === null ? 'bytes not counted' : `${sentBytes} bytes out`}, by ${by.map(plain).join(', ')}`,
        ),
        'None that anybody decided or counted.',
      ),
    ),
    ...section(
      'Files that were changed',
      list(
        files.map(
          ({ path, effect, call, undo, putBack }) =>
            `${effect} ${code(path)} (${call})${putBack !== undefined ? `; put back by ${putBack}` : undo === null ? '' : undo ? '; can be put back' : '; cannot be put back'}`,
        ),
        'None.',
      ),
    ),
    ...section(
      'What cannot be taken back',
      list(
        lasting.map(({ call, text }) => `${code(text)} (${call})`),
        'Nothing that is known.',
      ),
    ),
    ...section('What was taken away', [
      `Agents: ${affected.agents.map(({ name }) => plain(name)).join(', ') || 'none'}.`,
      `Scripts: ${affected.scripts.map(({ script }) => code(script)).join(', ') || 'none'}.`,
      `Schedules: ${affected.schedules.map(({ name }) => plain(name)).join(', ') || 'none'}.`,
      `API tokens: ${affected.tokens.map(plain).join(', ') || 'none'}.`,
      `Signed out: ${affected.people.map(plain).join(', ') || 'nobody'}.`,
    ]),
    ...section(
      'The way back',
      list(
        recovered.map(({ step, at, by, text }) => `${step}: ${when(at)} by ${plain(by)}; ${plain(text)}`),
        'Not begun.',
      ),
    ),
    ...section(
      'Notes',
      list(
        notes.map(({ at, by, text }) => `${when(at)} ${plain(by)}: ${plain(text)}`),
        'None.',
      ),
    ),
    ...section(
      'Timeline',
      list(
        timeline.map(({ at, what, text }) => `${when(at)} ${what}: ${plain(text)}`),
        'Nothing else.',
      ),
    ),
  ];
  return `${lines.join('\n')}\n`;
}
