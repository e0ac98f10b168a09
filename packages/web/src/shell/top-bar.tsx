// The bar on top of a phone: which page, whether it is live, find, freeze, who.
import { ActionIcon } from '@mantine/core';
import { Search } from 'lucide-react';
import { useLiveState } from '../connection/use-live.ts';
import { useShownTitle } from '../kit/page-title.ts';
import { FreezeButton } from './freeze.tsx';
import { Mark } from './mark.tsx';
import { PanicButton } from './panic-button.tsx';
import { StateMark } from './state-mark.tsx';
import css from './top-bar.module.css';
import { UserMenu } from './user-menu.tsx';

export function TopBar({ onFind }: { readonly onFind: () => void }) {
  const title = useShownTitle();
  const state = useLiveState();
  return (
    <section className={css.bar} aria-label="This page">
      <Mark />
      <span className={css.title}>{title}</span>
      {state.kind === 'live' ? null : <StateMark state={state} />}
      <span className={css.gap} />
      <ActionIcon aria-label="Find" onClick={onFind}>
        <Search size={20} aria-hidden />
      </ActionIcon>
      <FreezeButton small />
      <PanicButton small />
      <UserMenu />
    </section>
  );
}
