// Redirections: what a command's streams are connected to. The target counts even when the command itself does nothing.
import type { HereDoc, Redirect, Redirection } from 'unbash';
import { spanOf } from './field.ts';
import { hostEffect } from './host-effect.ts';
import { addPath } from './paths.ts';
import { add, addUnknown, type Run } from './run.ts';
import { addSecretsIn } from './secrets.ts';
import type { State, Stdin } from './state.ts';
import { type Field, textOfParts, unescaped, valueFor } from './word.ts';

/** What redirections make of the streams of a command. */
export interface Streams {
  /** Absent: it reads what the shell reads. */
  readonly stdin: Stdin | undefined;
  /** What it prints may go elsewhere, or more than it prints may come: nothing of it is known then. */
  readonly printed: boolean;
}

const PLAIN: Streams = { stdin: undefined, printed: true };
const UNKNOWN: Stdin = { kind: 'unknown' };

export function walkRedirects(run: Run, redirects: readonly Redirection[], state: State): Streams {
  if (redirects.length === 0) return PLAIN;
  let { stdin, printed }: Streams = PLAIN;
  for (const redirect of redirects) {
    const descriptor = redirect.descriptor?.type === 'FileDescriptor' ? redirect.descriptor.value : undefined;
    // `exec {PATH}>a` sets PATH to a number; whichever name stands there, the variable is not what it was.
    if (redirect.descriptor?.type === 'FileDescriptorVariable')
      addUnknown(run, '', spanOf(redirect), 'a redirection that sets a variable');
    const reads = descriptor === undefined || descriptor === 0;
    switch (redirect.type) {
      case 'Redirect': {
        const input = walkRedirect(run, redirect, state);
        if (redirect.operator.startsWith('<')) {
          if (reads) stdin = input;
        } else if (descriptor === undefined || descriptor === 1 || redirect.operator === '>&') printed = false;
        break;
      }
      case 'HereString': {
        addSecretsIn(run, redirect.target?.parts, state, spanOf(redirect));
        const value = redirect.target === undefined ? undefined : valueFor(run, redirect.target, state);
        if (reads) stdin = value?.kind === 'text' ? { kind: 'text', text: `${value.text}\n` } : UNKNOWN;
        break;
      }
      case 'HereDoc': {
        const text = hereDocument(run, redirect, state);
        if (reads) stdin = text === undefined ? UNKNOWN : { kind: 'text', text };
        break;
      }
    }
  }
  return { stdin, printed };
}

function hereDocument(run: Run, { operator, body, delimiter }: HereDoc, state: State): string | undefined {
  const quoted = delimiter?.quoted !== false;
  if (!quoted) addSecretsIn(run, body.parts, state, spanOf(body));
  const text = quoted
    ? body.text
    : body.parts === undefined
      ? /[$`]/.test(body.text.replace(/\\[\s\S]/g, ''))
        ? undefined
        : unescaped(body.text)
      : textOfParts(run, body.parts, state);
  // `<<-` takes away tabs at the beginning of each line, before anything is expanded.
  if (operator === '<<-' && text?.includes('\t') === true) return quoted ? text.replace(/^\t+/gm, '') : undefined;
  return text;
}

/** What is read through it, for a redirection of the input. */
function walkRedirect(run: Run, redirect: Redirect, state: State): Stdin {
  const span = spanOf(redirect);
  if (redirect.target === undefined) {
    addUnknown(run, '', span, 'a redirection without a target');
    return UNKNOWN;
  }
  const value = valueFor(run, redirect.target, state);
  const target: Field =
    /[*?[]/.test(redirect.target.text) && redirect.target.parts?.some((part) => part.type === 'Glob')
      ? { kind: 'unknown', note: 'a redirection to a pattern', span }
      : value;
  if (target.kind === 'text') {
    if (target.text.startsWith('!') || target.text === '') {
      addUnknown(run, target.text, span, 'shells differ in what this redirects to');
      return UNKNOWN;
    }
    if ((redirect.operator === '>&' || redirect.operator === '<&') && /^(?:\d+-?|-)$/.test(target.text)) return UNKNOWN;
    if (/^\/dev\/(?:tcp|udp)\//.test(target.text)) {
      walkSocket(run, target.text, span);
      return UNKNOWN;
    }
  }
  switch (redirect.operator) {
    case '>':
    case '>>':
    case '>|':
    case '>&':
    case '&>':
    case '&>>':
      addPath(run, 'write', target, state);
      return UNKNOWN;
    case '<':
      if (target.kind === 'text' && target.contents !== undefined) return { kind: 'text', text: target.contents };
      if (target.kind === 'text' && target.text === '/dev/null') return { kind: 'text', text: '' };
      addPath(run, 'read', target, state);
      return UNKNOWN;
    case '<>':
      addPath(run, 'read', target, state);
      addPath(run, 'write', target, state);
      return UNKNOWN;
    case '<&':
      addUnknown(run, '', span, 'a stream that is not known');
      return UNKNOWN;
  }
}

/** bash connects to `/dev/tcp/host/port`; what is written there is sent. */
function walkSocket(run: Run, text: string, span: readonly [number, number]): void {
  const [host = '', port = ''] = text.split('/').slice(3);
  for (const kind of ['connect', 'send'] as const) add(run, { ...hostEffect(kind, `${host}:${port}`), span });
}
