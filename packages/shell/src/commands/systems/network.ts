// curl and wget: which hosts they ask, what they send there, which files they read and write.
import { addShown } from '../../builtin.ts';
import { readUrl } from '../../host.ts';
import { effectOnHost, hostEffect } from '../../host-effect.ts';
import { addExecute, type Invocation } from '../../invocation.ts';
import { addPath } from '../../paths.ts';
import { add, addUnknown } from '../../run.ts';
import { bothWays, type Flow } from '../../state.ts';
import type { Field } from '../../word.ts';
import { optionsOf, type Read, readAll } from './options.ts';
import { CURL, WGET } from './tables/fetching.ts';

/** Options whose values are sent; `@file` sends the file. */
const SENT =
  '-d -F -T --data --data-binary --data-urlencode --data-ascii --data-raw --json --form --form-string --upload-file --post-data --post-file --body-data --body-file --mail-rcpt --quote -Q';
const FILES =
  /^(?:-d|-F|--data|--data-binary|--data-urlencode|--data-ascii|--json|--form|--url-query|-H|--header|--variable|--proxy-header)$/;
const VERBATIM = /^(?:--data-raw|--form-string)$/;

export function walkFetch(invocation: Invocation): Flow {
  const { run, name, args, state, span } = invocation;
  const curl = name === 'curl';
  const read = readAll(optionsOf(curl ? CURL : WGET), args, { abbreviates: true });
  const has = (options: string): boolean => read.seen.some(({ option }) => options.split(' ').includes(option));
  addExecute(run, name, span);
  if (has('--version -V --help -h')) return bothWays(state);
  for (const { word, note } of read.untold) addUnknown(run, name, word.span, `\`${name}\`: ${note}`);
  // Where it goes may not be known; that it goes is.
  addShown(invocation);
  addOptions(invocation, read);
  const method = read.seen.findLast(
    ({ option }) => option === '-X' || option === '--request' || option === '--method',
  )?.value;
  const asked = method === undefined ? 'GET' : method.kind === 'text' ? method.text.toUpperCase() : '?';
  const sends = !/^(?:GET|HEAD|OPTIONS|PROPFIND)$/.test(asked) || has(SENT) || read.untold.length > 0;
  const urls = [
    ...read.operands,
    ...read.seen.flatMap(({ option, value }) => (option === '--url' && value !== undefined ? [value] : [])),
  ];
  for (const word of urls) addUrl(invocation, word, sends, asked);
  addSaved(invocation, has, curl);
  if (!curl || has('-L --location --location-trusted'))
    add(run, {
      kind: 'connect',
      target: 'wherever it is sent on to',
      targetKind: 'host',
      place: 'unresolved',
      certainty: 'possible',
      span,
    });
  return bothWays(state);
}

function addOptions({ run, name, state, span }: Invocation, { seen }: Read): void {
  for (const { option, value, taking, guessed } of seen) {
    const stream = value?.kind === 'text' && value.text === '-';
    if (taking === 'program') {
      addUnknown(
        run,
        value?.kind === 'text' ? value.text : '',
        span,
        `\`${name}\`: \`${option}\` changes where it connects or what it runs`,
      );
      if (/^(?:-K|--config)$/.test(option) && value !== undefined && !stream) addPath(run, 'read', value, state);
      continue;
    }
    if ((taking === 'read' || taking === 'write') && value !== undefined && !stream)
      addPath(run, taking, value, state, guessed ? { certainty: 'possible' } : {});
    if (/^(?:-n|--netrc|--netrc-optional)$/.test(option))
      addPath(run, 'read', { kind: 'text', text: `${run.facts.home}/.netrc`, span }, state);
    if (/^(?:-i|--input-file|--input-metalink)$/.test(option) && name === 'wget')
      addUnknown(run, name, span, '`wget`: addresses in a file');
    if (value === undefined || taking !== 'value') continue;
    if (value.kind !== 'text') {
      addUnknown(run, name, value.span, `\`${name}\`: \`${option}\` with a value that is not known`);
      continue;
    }
    if (/^(?:-x|--proxy|--preproxy|--socks\w+(?:-hostname)?|--doh-url|--dns-servers)$/.test(option))
      addHost(run, value.text, value);
    else if (!VERBATIM.test(option)) addFile({ run, name, state, span } as Invocation, option, value.text, value);
  }
}

function addHost(run: Invocation['run'], text: string, { span }: Field): void {
  const url = readUrl(/:\/\//.test(text) ? text : `http://${text}`);
  add(run, { ...(url.kind === 'host' ? effectOnHost('connect', url.host) : hostEffect('connect', text)), span });
}

/** `@file` and `<file` in values, cookies from a file, formats that write one. */
function addFile({ run, name, state, span }: Invocation, option: string, text: string, word: Field): void {
  if (/^(?:-w|--write-out)$/.test(option)) {
    if (/^@|%output|%\{(?:stderr|header)/.test(text))
      addUnknown(run, name, span, '`curl`: a format that may write a file');
    return;
  }
  const cookie = /^(?:-b|--cookie)$/.test(option) && !text.includes('=') && text !== '';
  const file = cookie ? text : FILES.test(option) ? /^(?:[^=@<]*=)?[@<](.+)$/s.exec(text)?.[1] : undefined;
  if (file === undefined) return;
  // `-F 'a=@x,y;type=z'`: several files, and settings behind `;`.
  const names = option === '-F' || option === '--form' ? (file.split(';')[0] ?? file).split(',') : [file];
  for (const each of names)
    if (each !== '-')
      addPath(run, 'read', { kind: 'text', text: each.replace(/^"(.*)"$/, '$1'), span: word.span }, state);
}

function addSaved({ run, state, span }: Invocation, has: (options: string) => boolean, curl: boolean): void {
  const saves = curl
    ? has('-O --remote-name --remote-name-all -J --remote-header-name')
    : !has('-O --output-document --spider');
  const note = { certainty: 'possible', note: 'a file named by the other side' } as const;
  if (saves) addPath(run, 'write', { kind: 'text', text: '.', span }, state, note);
}

function addUrl({ run, name, state, span }: Invocation, word: Field, sends: boolean, method: string): void {
  if (word.kind !== 'text') {
    addUnknown(run, name, word.span, `\`${name}\`: an address that is not known`);
    return;
  }
  // curl expands these itself, into as many addresses as it likes.
  if (name === 'curl' && /[{}[\]]/.test(word.text.replace(/\/\/\[[0-9a-f:.]+\]/i, ''))) {
    addUnknown(run, name, word.span, `\`${name}\`: a pattern of addresses`);
    return;
  }
  const url = readUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(word.text) ? word.text : `http://${word.text}`);
  switch (url.kind) {
    case 'invalid':
      addUnknown(run, word.text, word.span, `\`${name}\`: ${url.note}`);
      return;
    case 'file':
      addPath(run, 'read', { kind: 'text', text: url.path, span: word.span }, state);
      return;
    case 'host':
      if (!/^https?$/.test(url.scheme))
        addUnknown(run, word.text, word.span, `\`${name}\`: \`${url.scheme}:\` can do more than fetch`);
      add(run, { ...effectOnHost('connect', url.host), span: word.span });
      if (sends)
        add(run, {
          ...effectOnHost('send', url.host),
          resource: /^(?:smtps?|imaps?)$/.test(url.scheme) ? 'message' : 'api',
          span: word.span,
        });
      if (method === 'DELETE')
        add(run, {
          kind: 'delete',
          target: word.text.slice(0, 200),
          targetKind: 'text',
          certainty: 'possible',
          resource: 'cloud',
          span,
        });
  }
}
