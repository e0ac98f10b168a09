// Whether what is shown is true now, in a word and a shape.
import { Circle, CircleDashed, CircleSlash } from 'lucide-react';
import type { LiveState } from '../connection/live-connection.ts';
import css from './state-mark.module.css';

const WORDS = {
  live: { icon: Circle, word: 'Live' },
  connecting: { icon: CircleDashed, word: 'Connecting' },
  reconnecting: { icon: CircleDashed, word: 'Reconnecting' },
  lost: { icon: CircleSlash, word: 'Not connected' },
} as const;

export function StateMark({ state }: { readonly state: LiveState }) {
  const { icon: Icon, word } = WORDS[state.kind];
  return (
    <span className={css.state} data-kind={state.kind}>
      <Icon size={10} strokeWidth={3} aria-hidden />
      {word}
    </span>
  );
}
