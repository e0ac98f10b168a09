// Redirections: what a command's streams are connected to. The target counts even when the command itself does nothing.
import type { Redirect, Redirection } from 'unbash';
import { hostEffect } from './host-effect.ts';
import { addPath } from './paths.ts';
import { add, addUnknown, type Run } from './run.ts';
import type { State } from './state.ts';
import { type Field, spanOf, valueFor, visitParts } from './word.ts';

export function walkRedirects(run: Run, redirects: readonly Redirection[], state: State): void {
  for (const redirect of redirects) {
    // `exec {PATH}>a` sets PATH to a number; whichever name stands there, the variable is not what it was.
    if (redirect.descriptor?.type === 'FileDescriptorVariable')
      addUnknown(run, '', spanOf(redirect), 'a redirection that sets a variable');
    switch (redirect.type) {
      case 'Redirect':
        walkRedirect(run, redirect, state);
        break;
      case 'HereString':
        if (redirect.target !== undefined) valueFor(run, redirect.target, state);
        break;
      case 'HereDoc':
        visitParts(run, redirect.body.parts ?? [], state);
        break;
    }
  }
}

function walkRedirect(run: Run, redirect: Redirect, state: State): void {
  const span = spanOf(redirect);
  if (redirect.target === undefined) {
    addUnknown(run, '', span, 'a redirection without a target');
    return;
  }
  const value = valueFor(run, redirect.target, state);
  const target: Field =
    /[*?[]/.test(redirect.target.text) && redirect.target.parts?.some((part) => part.type === 'Glob')
      ? { kind: 'unknown', note: 'a redirection to a pattern', span }
      : value;
  if (target.kind === 'text') {
    if (target.text.startsWith('!') || target.text === '') {
      addUnknown(run, target.text, span, 'shells differ in what this redirects to');
      return;
    }
    if ((redirect.operator === '>&' || redirect.operator === '<&') && /^(?:\d+-?|-)$/.test(target.text)) return;
    if (/^\/dev\/(?:tcp|udp)\//.test(target.text)) {
      walkSocket(run, target.text, span);
      return;
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
      return;
    case '<':
      addPath(run, 'read', target, state);
      return;
    case '<>':
      addPath(run, 'read', target, state);
      addPath(run, 'write', target, state);
      return;
    case '<&':
      addUnknown(run, '', span, 'a stream that is not known');
  }
}

/** bash connects to `/dev/tcp/host/port`; what is written there is sent. */
function walkSocket(run: Run, text: string, span: readonly [number, number]): void {
  const [host = '', port = ''] = text.split('/').slice(3);
  for (const kind of ['connect', 'send'] as const) add(run, { ...hostEffect(kind, `${host}:${port}`), span });
}
