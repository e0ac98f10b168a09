// The button behind what was cut short: it shows the rest in its place.
import type { ReactNode } from 'react';
import css from './show-more.module.css';

export function ShowMore({ onShow, children }: { readonly onShow: () => void; readonly children: ReactNode }) {
  return (
    <button type="button" className={css.more} onClick={onShow}>
      {children}
    </button>
  );
}
