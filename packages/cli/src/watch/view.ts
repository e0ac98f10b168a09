// The model as lines, never more than the terminal has rows for. Lists are shortened; the card never is, it scrolls.
import type { Approval } from '@castellan/contract';
import { shortId } from '../commands/pending.ts';
import { type Line, line } from '../text/tone.ts';
import { visible } from '../text/visible.ts';
import { duration, plural, timeOfDay } from '../text/words.ts';
import { cut, labelled } from '../text/wrap.ts';
import { cardLines, type Layout, layoutOf, onScreen, pinnedHead } from './layout.ts';
import { type Model, selectedOf } from './model.ts';

export function view(model: Model, now: number): readonly Line[] {
  const layout = layoutOf(model);
  const { width } = layout;
  return [
    header(model),
    ...alarmLines(model, layout),
    ...queueLines(model, layout, now),
    line('-'.repeat(width), 'quiet'),
    ...body(model, layout, now),
    line(model.notice === null ? '' : model.notice.text, model.notice?.tone ?? 'plain'),
    ...keyLines(model),
  ].map((each) => ({ ...each, text: cut(each.text, width) }));
}

function header(model: Model): Line {
  const { link, approvals } = model;
  switch (link.kind) {
    case 'connecting':
      return line('castellan: connecting', 'quiet');
    case 'live':
      return line(
        `castellan: ${approvals.length === 0 ? 'nothing waits' : `${plural(approvals.length, 'call')} waiting`}`,
        'strong',
      );
    case 'lost':
      return line(`CONNECTION LOST: ${visible(link.why)}; trying again. What is below may have changed`, 'danger');
    case 'refused':
      return line(`REFUSED: ${visible(link.why)}`, 'danger');
  }
}

function alarmLines({ alarms }: Model, { alarmRows }: Layout): readonly Line[] {
  return alarms.slice(0, alarmRows).map((alarm, index) => {
    const more = index === alarmRows - 1 && alarms.length > alarmRows ? ` (and ${alarms.length - alarmRows} more)` : '';
    return line(`ALARM ${visible(alarm.text)}${more}; ${visible(alarm.hint)}`, 'danger');
  });
}

/** A window of the queue with the selected one in it. */
function queueLines({ approvals, selected }: Model, { queueRows }: Layout, now: number): readonly Line[] {
  const at = Math.max(
    0,
    approvals.findIndex((approval) => approval.id === selected),
  );
  const from = Math.max(0, Math.min(at - queueRows + 1, approvals.length - queueRows));
  return approvals.slice(from, from + queueRows).map((approval) => {
    const mark = approval.id === selected ? '>' : ' ';
    const left = duration(approval.expiresAt - now).padEnd(11);
    const who = visible(approval.agentName);
    return line(
      `${mark} ${shortId(approval.id)}  ${left}  ${who}: ${visible(approval.summary)}`,
      approval.id === selected ? 'strong' : 'plain',
    );
  });
}

function fill(lines: readonly Line[], rows: number): readonly Line[] {
  const shown = lines.slice(0, rows);
  return [...shown, ...Array.from({ length: rows - shown.length }, () => line(''))];
}

function body(model: Model, layout: Layout, now: number): readonly Line[] {
  const { mode } = model;
  const { cardRows, width } = layout;
  const rows = cardRows + 1;
  const approval = selectedOf(model);
  if (mode.kind === 'help')
    return fill(
      HELP.map((text) => line(text)),
      rows,
    );
  if (mode.kind === 'why') {
    const shown = mode.lines.slice(mode.scroll, mode.scroll + cardRows);
    return fill(
      [
        line(`why (${mode.scroll + 1} to ${mode.scroll + shown.length} of ${mode.lines.length})`, 'quiet'),
        ...shown.map((text) => line(text)),
      ],
      rows,
    );
  }
  if (approval === undefined) return fill(idle(model), rows);
  if (mode.kind === 'grant') return fill(grantLines(approval, mode.index, layout), rows);
  const { lines } = cardLines(approval, width);
  const { from, to } = onScreen(lines.length, model.scroll, cardRows);
  const below = lines.length - to;
  const more = below > 0 ? [line(`  ... ${plural(below, 'more line')}: space`, 'caution')] : [];
  return fill([pinnedHead(approval, now, width), ...lines.slice(from, to), ...more], rows);
}

function idle({ link, recent, command }: Model): readonly Line[] {
  if (link.kind !== 'live') return [];
  if (recent.length === 0) {
    return [
      line('Calls that need you appear here by themselves.'),
      line(`To connect an agent: ${command} connect claude-code`, 'quiet'),
    ];
  }
  return [
    line('lately', 'quiet'),
    ...recent.map((call) => line(`${timeOfDay(call.at)} ${call.outcome.padEnd(7)} ${visible(call.summary)}`)),
  ];
}

/** INVARIANT: the marked grant stands whole on the screen: it is the one that `a` would make. */
function grantLines(approval: Approval, index: number, { width, cardRows }: Layout): readonly Line[] {
  const lines = approval.suggestions.flatMap((suggestion, at) =>
    labelled(at === index ? '> ' : '  ', visible(suggestion.text), width).map((text) => ({ at, text })),
  );
  const last = lines.findLastIndex(({ at }) => at === index);
  const start = Math.max(0, last + 1 - cardRows);
  return [
    line('approve this call, and from now on:', 'strong'),
    ...lines.slice(start).map(({ at, text }) => line(text, at === index ? 'strong' : 'plain')),
  ];
}

const HELP = [
  'j k     next, previous            space b  further down, back up (J K by line)',
  'a       approve what is shown: this call, and for its task what the card names',
  'o       approve only this call, nothing for its task',
  'd       deny                      r        deny, and tell the agent why',
  'g       approve this call and choose a grant, instead of the one for the task',
  'w       why it was asked: every rule looked at',
  'P P     panic: nothing is let through any more, until `castellan recover`',
  'q       quit; what waits goes on waiting',
  '',
  'Keys answer nothing for 0.4 s after the card changes, while the connection is',
  'lost, or before the sentence and all effects have been on the screen.',
  'Silence is deny: when the time is up, the call is refused.',
];

function keyLines(model: Model): readonly Line[] {
  const { mode, link, sending } = model;
  const approval = selectedOf(model);
  const two = (first: string, second = ''): readonly Line[] => [line(first, 'strong'), line(second, 'quiet')];
  if (link.kind === 'lost' || link.kind === 'refused') return two('no key answers anything now', 'q quit');
  if (sending !== null) return two('sending the answer');
  switch (mode.kind) {
    case 'confirm':
      return two(
        `Critical: press y to approve ${mode.wish.once ? 'exactly this' : 'this, for this task'}`,
        'any other key goes back',
      );
    case 'factor':
      return two(`six digits of your app, or a recovery code: ${visible(mode.text)}_`, 'Enter approves, Esc goes back');
    case 'reason':
      return two(`deny because: ${visible(mode.text)}_`, 'Enter denies, Esc goes back');
    case 'grant':
      return two('a approve and grant the marked one', 'j k choose, Esc goes back');
    case 'why':
      return two('any other key goes back', 'j k space b scroll');
    case 'panic':
      return two('PANIC: press P again to stop everything, now', 'any other key goes back');
    case 'help':
      return two('any key goes back');
    case 'card':
      if (approval === undefined) return two('? help   q quit');
      if (approval.taskGrant !== null) {
        return two(
          'd deny   a approve for this task   o approve only this call   g approve more',
          'r deny with reason   j k next   space b scroll   w why   ? help   q quit',
        );
      }
      return two(
        'd deny   r deny with reason   a approve once   g approve more',
        'j k next   space b scroll   w why   ? help   q quit',
      );
  }
}
