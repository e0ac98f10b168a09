// Effects as a short list, worst first. What is folded says how much it folds, and opens in place.
import type { Effect } from '@castellan/contract';
import {
  CircleHelp,
  Coins,
  Eye,
  Globe,
  type LucideIcon,
  PencilLine,
  Send,
  ShieldAlert,
  Terminal,
  Trash2,
  UserRoundCog,
} from 'lucide-react';
import { useState } from 'react';
import css from './effect-list.module.css';
import { effectText, grouped } from './effect-text.ts';
import { ShowMore } from './show-more.tsx';
import { seenText } from './text-pieces.ts';
import { countText } from './time-text.ts';

const ICONS: Readonly<Record<Effect['kind'], LucideIcon>> = {
  unknown: CircleHelp,
  'change-safety': ShieldAlert,
  escalate: UserRoundCog,
  delete: Trash2,
  send: Send,
  spend: Coins,
  execute: Terminal,
  connect: Globe,
  write: PencilLine,
  read: Eye,
};
const BAD: ReadonlySet<Effect['kind']> = new Set(['unknown', 'change-safety', 'escalate', 'delete', 'send', 'spend']);
const SHOWN_TARGETS = 3;

function Group({ effects }: { readonly effects: readonly Effect[] }) {
  const [open, setOpen] = useState(false);
  const first = effects[0];
  if (first === undefined) return null;
  const Icon = ICONS[first.kind];
  const { verb, notes } = effectText(first);
  const shown = open ? effects : effects.slice(0, SHOWN_TARGETS);
  const more = effects.length - shown.length;
  return (
    <li className={css.effect} data-bad={BAD.has(first.kind) || undefined}>
      <Icon size={16} aria-hidden />
      <div>
        <p className={css.what}>
          <strong>{verb}</strong>{' '}
          {shown.map((effect, index) => (
            <span key={effect.target}>
              {index === 0 ? '' : ', '}
              <code>{seenText(effectText(effect).target)}</code>
            </span>
          ))}
          {more === 0 ? null : <ShowMore onShow={() => setOpen(true)}>and {countText(more, 'other')}</ShowMore>}
        </p>
        {notes.length === 0 ? null : <p className={css.notes}>{seenText(notes.join(' · '))}</p>}
      </div>
    </li>
  );
}

const SHOWN_GROUPS = 8;

export function EffectList({ effects }: { readonly effects: readonly Effect[] }) {
  const [open, setOpen] = useState(false);
  const groups = grouped(effects);
  if (groups.length === 0) return <p className="muted">Nothing that changes, sends or reads anything was found.</p>;
  const shown = open ? groups : groups.slice(0, SHOWN_GROUPS);
  return (
    <>
      <ul className={css.list}>
        {shown.map((effects) => (
          <Group
            key={effects.map(({ kind, target, note }) => `${kind} ${target} ${note ?? ''}`).join('\n')}
            effects={effects}
          />
        ))}
      </ul>
      {groups.length === shown.length ? null : (
        <ShowMore onShow={() => setOpen(true)}>Show {groups.length - shown.length} more, less severe</ShowMore>
      )}
    </>
  );
}
