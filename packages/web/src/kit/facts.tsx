// Names and what they stand for, two columns on a desk and one on a phone.
import { Fragment, type ReactNode } from 'react';
import css from './rows.module.css';

export type Fact = readonly [name: string, value: ReactNode];

export function Facts({ facts }: { readonly facts: readonly (Fact | null)[] }) {
  return (
    <dl className={css.facts}>
      {facts.map((fact) =>
        fact === null ? null : (
          <Fragment key={fact[0]}>
            <dt>{fact[0]}</dt>
            <dd>{fact[1]}</dd>
          </Fragment>
        ),
      )}
    </dl>
  );
}

/** Text in a box that scrolls, as it is. */
export function Verbatim({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reached by the keyboard
    <section className={css.json} tabIndex={0} aria-label={label}>
      <pre>{text}</pre>
    </section>
  );
}
