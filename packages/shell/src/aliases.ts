// Aliases: text that may stand for a command. A script does not expand them, zsh and a shell with a person before it do, so what
// uses one is never told for certain.
import type { Field } from './field.ts';
import type { Invocation } from './invocation.ts';
import { addUnknown, doubtfully, type Run } from './run.ts';
import type { Span } from './span.ts';
import type { Flow, State } from './state.ts';
import { valueFor } from './word.ts';

const RESERVED =
  /^(?:if|then|elif|else|fi|for|while|until|do|done|case|esac|in|select|function|time|coproc|repeat|foreach|end|always|nocorrect|noglob|exec|command|builtin|eval|declare|typeset|local|export|readonly)$/;

/** The new meaning of a name. Of a word of the shell itself: everything after it may be read in another way. */
export function defineAlias({ run, args, assignments, state }: Invocation): boolean {
  const given: (readonly [string, string])[] = [];
  for (const each of assignments) {
    const value = each.value.type === 'Word' ? valueFor(run, each.value, state) : undefined;
    if (value?.kind !== 'text' || each.append === true || each.index !== undefined) return false;
    given.push([each.name, value.text]);
  }
  for (const word of args) {
    const [, name, value] = (word.kind === 'text' ? /^([^=]*)=([\s\S]*)$/.exec(word.text) : null) ?? [];
    if (word.kind === 'text' && name === undefined && /^[\w.]+$/.test(word.text)) continue;
    if (name === undefined || value === undefined) return false;
    given.push([name, value]);
  }
  for (const [name, value] of given) {
    if (!/^[\w.:@%+-]*[\w.]$/.test(name) || name.startsWith('-') || RESERVED.test(name)) return false;
    run.aliases.set(name, value);
  }
  return true;
}

/** Walks what an alias stands for, with the words behind it. */
export function walkAlias(run: Run, name: string, args: readonly Field[], state: State, span: Span): Flow {
  const value = run.aliases.get(name) ?? '';
  addUnknown(run, name, span, 'an alias may stand for it');
  const words = args.map((word) => (word.kind === 'text' ? `'${word.text.replaceAll("'", "'\\''")}'` : undefined));
  run.aliases.delete(name);
  const text = [value, ...words.filter((word) => word !== undefined)].join(' ');
  const flow = doubtfully(run, 'an alias may stand for it', () => run.text(run, text, state, span));
  run.aliases.set(name, value);
  return flow;
}
