// Time left, as a thin line that empties and as words.
import { useNow } from '../connection/use-now.ts';
import { countdownText, spanText } from '../kit/time-text.ts';
import css from './time-left.module.css';

const URGENT_MS = 20_000;

export function TimeLine({ from, until }: { readonly from: number; readonly until: number }) {
  const left = Math.max(0, until - useNow());
  const share = Math.min(1, left / Math.max(1, until - from));
  return (
    <div className={css.line} aria-hidden>
      <div style={{ transform: `scaleX(${share})` }} data-urgent={left < URGENT_MS || undefined} />
    </div>
  );
}

/** `1:40 left`. Said to a screen reader once a minute at most: the words change, the label does not. */
export function TimeLeft({ until }: { readonly until: number }) {
  const left = until - useNow();
  return (
    <span className={css.left} data-urgent={left < URGENT_MS || undefined}>
      {left <= 0 ? 'time is up' : `${countdownText(left)} left`}
    </span>
  );
}

export function Waiting({ since }: { readonly since: number }) {
  return <>waiting {spanText(useNow() - since)}</>;
}
