// Allow, ask, confirm, deny: the four words, each with its shape.
import type { Outcome } from '@castellan/contract';
import { Ban, Check, type LucideIcon, MessageCircleQuestion, UserRoundCheck } from 'lucide-react';
import css from './risk-mark.module.css';

const MARKS: Readonly<Record<Outcome, { icon: LucideIcon; hue: string }>> = {
  allow: { icon: Check, hue: 'good' },
  ask: { icon: MessageCircleQuestion, hue: 'calm' },
  confirm: { icon: UserRoundCheck, hue: 'warn' },
  deny: { icon: Ban, hue: 'bad' },
};

/** @param words instead of the verdict's own: what happens, for somebody who is new here */
export function OutcomeMark({ outcome, words = outcome }: { readonly outcome: Outcome; readonly words?: string }) {
  const { icon: Icon, hue } = MARKS[outcome];
  return (
    <span className={css.mark} data-hue={hue}>
      <Icon size={14} aria-hidden />
      {words}
    </span>
  );
}
