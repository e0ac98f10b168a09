// Commands that reach other machines: curl and wget with their options, the others by the hosts they name.

import { readUrl } from '../../host.ts';
import { effectOnHost, hostEffect } from '../../host-effect.ts';
import { addExecute, type Invocation } from '../../invocation.ts';
import { addPath } from '../../paths.ts';
import { add, addUnknown } from '../../run.ts';
import { bothWays, type Flow } from '../../state.ts';
import type { Field } from '../../word.ts';
import { type Arguments, readArguments, type Spec } from '../spec.ts';

const CURL: Spec = {
  options:
    '-# -0 -4 -6 -f -g -G -i -I -k -L -N -O -R -s -S -v -A= -H= -X= -b= -d= -e= -m= -o> -r= -T< -u= -w= -y= -Y= -z= -c> -D> -F= --fail --fail-with-body --get --globoff --head --include --insecure --location --no-buffer --remote-name --silent --show-error --verbose --compressed --http1.1 --http2 --ipv4 --ipv6 --progress-bar --no-progress-meter --request= --header= --cookie= --data= --data-raw= --data-binary= --data-urlencode= --data-ascii= --json= --form= --form-string= --max-time= --connect-timeout= --retry= --retry-delay= --retry-max-time= --retry-connrefused --max-redirs= --output> --dump-header> --cookie-jar> --create-dirs --range= --referer= --upload-file< --url= --user= --user-agent= --write-out= --limit-rate= --tlsv1.2 --tlsv1.3 --proto= --proto-redir= --tcp-nodelay --keepalive-time=',
  operands: 'text',
};
const WGET: Spec = {
  options:
    '-q -v -nv -S -c -4 -6 -O> -o> -T= -t= -U= --quiet --no-verbose --server-response --spider --continue --output-document> --output-file> --timeout= --tries= --user-agent= --header= --no-check-certificate --content-on-error --max-redirect= --show-progress',
  operands: 'text',
};
/** Options of curl whose values are sent; `@file` sends the file. */
const SENT = [
  '-d',
  '-F',
  '--data',
  '--data-binary',
  '--data-urlencode',
  '--data-ascii',
  '--data-raw',
  '--json',
  '--form',
  '--form-string',
];

export function walkFetch(invocation: Invocation): Flow {
  const { run, name, args, state, span } = invocation;
  const read = readArguments(name === 'curl' ? CURL : WGET, args);
  if ('unknown' in read) {
    addUnknown(run, name, read.unknown.span, `\`${name}\`: ${read.note}`);
    for (const word of args) if (word.kind === 'text' && word.text.includes('://')) addUrl(invocation, word, false);
    return bothWays(state);
  }
  addExecute(run, name, span);
  for (const { kind, field } of read.paths)
    if (!(field.kind === 'text' && field.text === '-')) addPath(run, kind, field, state);
  const method = (read.values.get('-X') ?? read.values.get('--request') ?? 'GET').toUpperCase();
  const sends =
    !/^(?:GET|HEAD|OPTIONS)$/.test(method) || [...SENT, '-T', '--upload-file'].some((option) => read.seen.has(option));
  addFilesInValues(invocation, read);
  const url = read.values.get('--url');
  const urls: readonly Field[] =
    url === undefined ? read.operands : [...read.operands, { kind: 'text', text: url, span }];
  for (const word of urls) addUrl(invocation, word, sends);
  const saves =
    name === 'wget'
      ? !read.seen.has('-O') && !read.seen.has('--output-document') && !read.seen.has('--spider')
      : read.seen.has('-O') || read.seen.has('--remote-name');
  if (saves)
    addPath(run, 'write', { kind: 'text', text: '.', span }, state, {
      certainty: 'possible',
      note: 'a file named by the other side',
    });
  if (name === 'wget' || read.seen.has('-L') || read.seen.has('--location'))
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

/** `@file` and `<file` in values, and formats that write files. Only the last value of an option is kept, so several are unknown. */
function addFilesInValues({ run, name, args, state, span }: Invocation, read: Arguments): void {
  const values = args.flatMap((word) => (word.kind === 'text' ? [word.text] : []));
  for (const text of values) {
    const file = /^(?:-[dF]|--[a-z-]+=)?(?:[^=@<\s]*=)?[@<](.+)$/.exec(text)?.[1];
    if (file !== undefined && !text.includes('://'))
      addPath(run, 'read', { kind: 'text', text: file.split(';')[0] ?? file, span }, state);
  }
  const format = read.values.get('-w') ?? read.values.get('--write-out') ?? '';
  if (/^@|%output|%\{(?:stderr|header)/.test(format))
    addUnknown(run, name, span, '`curl`: a format that may write a file');
  const cookie = read.values.get('-b') ?? read.values.get('--cookie') ?? '=';
  if (!cookie.includes('=')) addPath(run, 'read', { kind: 'text', text: cookie, span }, state);
  if (args.some((word) => word.kind === 'unknown'))
    addUnknown(run, name, span, `\`${name}\`: a value that is not known`);
}

function addUrl({ run, name, state }: Invocation, word: Field, sends: boolean): void {
  if (word.kind !== 'text') {
    addUnknown(run, name, word.span, `\`${name}\`: an address that is not known`);
    return;
  }
  // curl expands these itself, into as many addresses as it likes.
  if (/[{}[\]]/.test(word.text.replace(/\/\/\[[0-9a-f:.]+\]/i, ''))) {
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
      if (sends) add(run, { ...effectOnHost('send', url.host), span: word.span });
  }
}

/** ssh, scp, rsync and others: the hosts among their words, and the rest untold. */
export function walkRemote({ run, name, args, state, span }: Invocation): Flow {
  addUnknown(run, name, span, `\`${name}\` can run commands here and there`);
  for (const word of args) {
    if (word.kind !== 'text' || word.text.startsWith('-')) continue;
    const host =
      /^(?:[a-z]+:\/\/)?(?:[\w.-]+@)([\w.-]+|\[[0-9a-f:]+\])(?::|\/|$)/i.exec(word.text)?.[1] ??
      /^([\w.-]+):(?!\/\/)/.exec(word.text)?.[1];
    if (host === undefined) continue;
    for (const kind of name === 'ssh' ? (['connect'] as const) : (['connect', 'send'] as const))
      add(run, { ...hostEffect(kind, host), span: word.span });
  }
  return bothWays({ ...state, pathsMoved: true });
}
