// Who: an agent, a person, a program or a link, by a small mark and a name. Names in records are `person:mia`, `token:ci`.
import { Bot, KeyRound, Link2, type LucideIcon, SquareTerminal, UserRound } from 'lucide-react';
import { seenText } from './text-pieces.ts';
import css from './who.module.css';

const KINDS: Readonly<Record<string, { icon: LucideIcon; word: string }>> = {
  agent: { icon: Bot, word: '' },
  model: { icon: Bot, word: 'model of' },
  person: { icon: UserRound, word: '' },
  program: { icon: SquareTerminal, word: 'program' },
  token: { icon: KeyRound, word: 'token' },
  link: { icon: Link2, word: 'link of' },
};

/** `who` as records have it, or a plain name with its `kind`. */
export function Who({ who, kind }: { readonly who: string; readonly kind?: string }) {
  const split = kind === undefined ? /^([a-z]+):(.*)$/.exec(who) : null;
  const found = KINDS[kind ?? split?.[1] ?? 'person'];
  const { icon: Icon, word } = found ?? { icon: UserRound, word: '' };
  const name = split?.[2] ?? who;
  return (
    <span className={css.who}>
      <Icon size={15} aria-hidden />
      <span>{seenText(word === '' ? name : `${word} ${name}`)}</span>
    </span>
  );
}
