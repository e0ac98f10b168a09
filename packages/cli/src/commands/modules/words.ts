// How modules are written for people: one line in the list, and the parts of everything else. Text of servers is made visible.
import {
  type Difference,
  type Finding,
  type Manifest,
  type McpStart,
  type ModuleSandbox,
  type ModuleSummary,
  type ModuleView,
  moduleReach,
  type PolicyView,
  type ServerState,
} from '@castellan/contract';
import { type Line, line, type Tone } from '../../text/tone.ts';
import { visible } from '../../text/visible.ts';
import { instant, plural, timeOfDay, whoText } from '../../text/words.ts';
import { labelled, table } from '../../text/wrap.ts';

const STATES: Readonly<Record<ServerState, string>> = {
  unused: 'not used yet',
  starting: 'starting',
  ready: 'running',
  stopped: 'stopped',
  'backing-off': 'crashed',
  'needs-sign-in': 'needs sign-in',
  held: 'held',
  refused: 'refused',
  unaccepted: 'not accepted',
};

export const isShipped = ({ source }: { readonly source: string }): boolean => source.startsWith('shipped/');

function stateText({ state, kind, source, why }: ModuleSummary): string {
  if (state === null) return kind === 'built-in' ? 'built in' : 'script';
  return state === 'unaccepted' && why === null && isShipped({ source }) ? 'not set up' : STATES[state];
}

/** Your own first; below each, why it is not as it should be. */
export function listLines(modules: readonly ModuleSummary[], width: number): readonly Line[] {
  const sorted = [...modules].sort((a, b) => Number(isShipped(a)) - Number(isShipped(b)));
  const rows = sorted.map((each) => [
    visible(each.name),
    each.level,
    stateText(each),
    plural(each.tools, 'tool'),
    each.quarantined > 0
      ? `${each.quarantined} held back`
      : `${visible(each.title)}${each.sandbox === null ? '' : ', within walls'}`,
  ]);
  const texts = table(rows);
  return sorted.flatMap(({ why, quarantined }, index): readonly Line[] => {
    const row = line(texts[index] ?? '', why === null && quarantined === 0 ? 'plain' : 'caution');
    return why === null ? [row] : [row, ...labelled('  ', visible(why), width).map((text) => line(text, 'caution'))];
  });
}

/** What is started or reached, exactly. */
export function startLines(start: McpStart, width: number): readonly Line[] {
  const said = (name: string, text: string): readonly Line[] =>
    labelled(`  ${name.padEnd(8)} `, visible(text), width).map((each) => line(each));
  const values = (record: Readonly<Record<string, string>>): string =>
    Object.entries(record)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ');
  if (start.kind === 'mcp-http')
    return [
      ...said('address', start.url),
      ...(Object.keys(start.headers).length === 0 ? [] : said('headers', values(start.headers))),
      ...(start.signInHosts === undefined ? [] : said('sign-in', `at ${start.signInHosts.join(', ')} only`)),
      ...(start.clientId === undefined ? [] : said('client', start.clientId)),
    ];
  const { package: pinned } = start;
  return [
    ...said('command', [start.command, ...start.args].map(quoted).join(' ')),
    ...(pinned === undefined ? [] : said('package', `${pinned.name} ${pinned.version}, from ${pinned.ecosystem}`)),
    ...(Object.keys(start.env).length === 0 ? [] : said('env', values(start.env))),
    ...(start.pass.length === 0 ? [] : said('passed', `${start.pass.join(', ')}, as they are in the daemon`)),
    ...said('folder', start.cwd ?? 'the folder of the session that uses it'),
  ];
}

/** What a server that is started here may touch. */
export const reachLines = (start: McpStart | null, sandbox: ModuleSandbox | null, width: number): readonly Line[] =>
  start?.kind !== 'mcp'
    ? []
    : labelled(`  ${'touches'.padEnd(8)} `, visible(moduleReach(sandbox)), width).map((each) => line(each));

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** Each tool of a manifest with its class, how long one confirmation counts, its own level, and what it is. */
export function manifestLines({ manifest, level, overrides }: PolicyView['modules'][number]): readonly string[] {
  const rows = manifestRows(manifest).map(([tool = '', kind = '', scope = '', label = '']) => [
    `  ${visible(tool)}`,
    kind,
    scope,
    overrides[tool] ?? '',
    visible(label),
  ]);
  return [`${visible(manifest.name)}: ${visible(manifest.title)}; level ${level}`, ...table(rows)];
}

export function manifestRows({ tools: { safe, critical, byEffects } }: Manifest): readonly (readonly string[])[] {
  return [
    ...safe.map((tool) => [tool.name, 'safe', '', tool.label]),
    ...critical.map((tool) => [tool.name, 'critical', tool.scope, tool.label]),
    ...byEffects.map((tool) => [tool.name, 'by effects', tool.scope, tool.label]),
  ];
}

const saysName = (name: string, text: string): boolean => name === '' || text.includes(`\`${name}\``);

/** A difference with its lines, as a diff is read. */
export function differenceLines(differences: readonly Difference[], width: number): readonly Line[] {
  const toneOf = (text: string): Tone => (text.startsWith('+') ? 'good' : text.startsWith('-') ? 'danger' : 'quiet');
  return differences.flatMap(({ name, definition, text, lines }) => [
    ...labelled(
      '  ',
      `${definition === null || saysName(name, text) ? '' : `${visible(name)}: `}${visible(text)}`,
      width,
    ).map((each) => line(each, 'caution')),
    ...lines.flatMap((each) => labelled('    ', visible(each), width).map((part) => line(part, toneOf(each)))),
  ]);
}

export function findingLines(findings: readonly Finding[], width: number): readonly Line[] {
  return findings.flatMap(({ definition, name, text, excerpt }) => [
    ...labelled('  ', `${definition} ${visible(name)}: ${visible(text)}`, width).map((each) => line(each, 'danger')),
    ...(excerpt === undefined
      ? []
      : labelled('    ', `“${visible(excerpt)}”`, width).map((each) => line(each, 'quiet'))),
  ]);
}

/** A heading with what stands under it, or nothing. */
export const part = (title: string, lines: readonly Line[]): readonly Line[] =>
  lines.length === 0 ? [] : [line(title, 'strong'), ...lines];

export const textLines = (texts: readonly string[], width: number, tone: Tone = 'plain'): readonly Line[] =>
  texts.flatMap((text) => labelled('  ', visible(text), width).map((each) => line(each, tone)));

function healthText({ health, lock }: ModuleView): readonly string[] {
  const accepted =
    lock === null
      ? []
      : [
          `${lock.server.name} ${lock.server.version}, accepted ${instant(lock.acceptedAt)} by ${whoText(lock.acceptedBy)}`,
        ];
  if (health === null) return accepted;
  const { running, answered, failed, medianMs, crashes, protocol } = health;
  const median = medianMs === null ? '' : `, median ${medianMs < 10 ? medianMs.toFixed(1) : Math.round(medianMs)} ms`;
  const failures = `${failed > 0 ? `, ${failed} failed` : ''}${crashes > 0 ? `, ${plural(crashes, 'crash', 'crashes')}` : ''}`;
  const speaks = protocol === null ? '' : `; MCP ${protocol}`;
  return [...accepted, `${running} running; ${answered} answered${median}${failures}${speaks}`];
}

/** What it offers now, each with how it is sorted. */
export function offeredLines(offered: ModuleView['offered'], width: number): readonly Line[] {
  const rows = offered.map(({ kind, name, class: sorted, level, state }) => [
    `  ${visible(name)}`,
    kind === 'tool' ? (sorted === null ? 'not sorted' : sorted.replace('-', ' ')) : kind,
    level ?? '',
    state === 'quarantined' ? 'HELD BACK' : '',
  ]);
  const texts = table(rows);
  return offered.flatMap(({ description, state }, index) => [
    line((texts[index] ?? '').trimEnd(), state === 'quarantined' ? 'caution' : 'plain'),
    ...(description === '' ? [] : labelled('      ', visible(description), width).map((each) => line(each, 'quiet'))),
  ]);
}

/** Everything about a module whose server stands behind the gate, or could. */
export function viewLines(view: ModuleView, width: number): readonly Line[] {
  const { name, title, level, state, why, start, offered, differences, lints, health, lastCalls } = view;
  const findings = [...view.instructionFindings, ...offered.flatMap((each) => each.findings)];
  const calls = lastCalls.map(
    ({ tool, agentName, at, outcome, summary }) =>
      `${timeOfDay(at)} ${tool}, ${agentName}: ${outcome}${summary === '' ? '' : `, ${summary}`}`,
  );
  return [
    line(
      `${visible(name)}: ${visible(title)}; level ${level}; ${state === null ? 'no server' : STATES[state]}`,
      'strong',
    ),
    ...(why === null ? [] : textLines([why], width, 'caution')),
    ...(start === null ? [] : startLines(start, width)),
    ...reachLines(start, view.sandbox, width),
    ...textLines(healthText(view), width),
    ...part('what it offers', offeredLines(offered, width)),
    ...part('what is other than it was accepted', differenceLines(differences, width)),
    ...part('look at these', [...findingLines(findings, width), ...textLines(lints, width, 'caution')]),
    ...part('its latest calls', textLines(calls, width)),
    ...part('what it says on standard error', textLines(health?.stderr.slice(-10) ?? [], width, 'quiet')),
  ];
}
