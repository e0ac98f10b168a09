// What a person should look at twice, found without running or parsing anything: it reads the capabilities and the text as text, and
// says only what is so. Pure. RULE: a finding asks for a look; it approves and refuses nothing.
import type { ScriptVersion } from '@castellan/contract';
import type { Known } from './facts.ts';

export interface Reviewed {
  readonly version: ScriptVersion;
  readonly text: string;
}

/** What hides or turns round what stands beside it (Trojan Source), and what is no ordinary blank. */
const UNSEEN = /[\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|\u034f|(?![\n\t\r])\p{Cc}/u;
const LONG_LINE = 300;
const MOST_LINES = 5;
const MOST_LOOKED = 2000;

const names = (list: readonly string[]): string => list.map((name) => `\`${name}\``).join(', ');
const withoutHeader = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !/^#\s*@/.test(line))
    .join('\n');

/** `*.example.org` is what stands below it, not itself. */
function covers(wide: string, host: string): boolean {
  if (wide === host) return true;
  const tail = wide.slice(1);
  const name = host.startsWith('*.') ? host.slice(1) : host;
  return wide.startsWith('*.') && name.length > tail.length && name.endsWith(tail);
}
/** Whether there is a host that is both. */
const meet = (one: string, other: string): boolean => covers(one, other) || covers(other, one);

function linesOf(text: string, is: (line: string) => boolean): string {
  const found = text.split('\n').flatMap((line, at) => (is(line) ? [at + 1] : []));
  const more = found.length > MOST_LINES ? ` and ${found.length - MOST_LINES} more` : '';
  return found.length === 0
    ? ''
    : `${found.length === 1 ? 'Line' : 'Lines'} ${found.slice(0, MOST_LINES).join(', ')}${more}`;
}

function secretsAndHosts({ version }: Reviewed, known: Known): readonly string[] {
  const { script, capabilities } = version;
  return capabilities.secrets.flatMap((name) => {
    const { exists, allowed, hosts } = known.secret(name, script);
    if (!exists) return [`The secret \`${name}\` is not in the vault`];
    if (!allowed)
      return [`The secret \`${name}\` may not be used for this script: its uses do not say so, or it has ended`];
    const reached = capabilities.hosts.filter((host) => hosts.some((each) => meet(each, host)));
    if (reached.length > 0) return [`Can send the secret \`${name}\` to ${names(reached)}`];
    return capabilities.hosts.length === 0
      ? []
      : [`The secret \`${name}\` may go to none of the hosts this script reaches`];
  });
}

function hosts({ version, text }: Reviewed, known: Known): readonly string[] {
  const code = withoutHeader(text);
  return version.capabilities.hosts.flatMap((host) => {
    const found: string[] = [];
    if (known.place(host) === 'metadata')
      found.push(`\`${host}\` gives out this machine's own credentials in a cloud; it is refused when it runs`);
    if (known.place(host) === 'local') found.push(`\`${host}\` is this machine or its network`);
    if (host.startsWith('*.'))
      found.push(`\`${host}\` is every name below \`${host.slice(2)}\`, also those that others control`);
    else if (!code.includes(`//${host}`))
      found.push(`The address at \`${host}\` is put together while it runs: what is asked there cannot be read here`);
    return found;
  });
}

function tools({ version, text }: Reviewed, known: Known): readonly string[] {
  const code = withoutHeader(text);
  return version.capabilities.tools.flatMap((name) => {
    const { is } = known.tool(name);
    const [module = '', tool = ''] = name.split('/');
    const found: string[] = [];
    if (is === 'critical') found.push(`\`${name}\` is a critical tool`);
    if (is === 'denied') found.push(`\`${name}\` is denied: each call of it will be refused`);
    if (is === 'unknown') found.push(`Nobody has said what \`${name}\` does: there is no module of that name`);
    if (is === 'unclassified') found.push(`Nobody has said what \`${name}\` does`);
    if (!(code.includes(module) && code.includes(tool)))
      found.push(`The name \`${name}\` is put together while it runs`);
    return found;
  });
}

/** Line by line only where there are few: each is looked through for itself. */
function hiddenIn(source: string, known: Known): string {
  const few = source.split('\n').length <= MOST_LOOKED;
  const lines = few ? linesOf(source, (line) => !known.shown(line)) : '';
  return lines === '' ? 'Somewhere' : lines;
}

function text({ text: source }: Reviewed, known: Known): readonly string[] {
  const unseen = linesOf(source, (line) => UNSEEN.test(line));
  const hidden = known.shown(source) ? '' : hiddenIn(source, known);
  const long = linesOf(source, (line) => line.length > LONG_LINE);
  const open = linesOf(source, (line) => /["']http:\/\//.test(line));
  return [
    unseen === '' ? null : `${unseen}: characters that are not seen, or that turn round what stands beside them`,
    hidden === '' ? null : `${hidden}: holds what looks like a secret, so a part of it is not shown here`,
    long === '' ? null : `${long}: longer than ${LONG_LINE} characters`,
    open === '' ? null : `${open}: an address without TLS: whoever is on the way reads and changes it`,
  ].filter((each) => each !== null);
}

/** `approved`: the version that runs now, of whoever wrote that. */
export function findingsOf(reviewed: Reviewed, known: Known, approved: ScriptVersion | null): readonly string[] {
  const { version } = reviewed;
  const other =
    approved !== null && approved.digest !== version.digest && approved.author !== version.author
      ? [`Proposed by \`${version.author}\`; the approved version is of \`${approved.author}\``]
      : [];
  return [
    ...secretsAndHosts(reviewed, known),
    ...other,
    ...tools(reviewed, known),
    ...hosts(reviewed, known),
    ...text(reviewed, known),
  ];
}
