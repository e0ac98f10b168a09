// One call as one sentence: what, who, when, and what came of it.
import type { ActivityRow } from '@castellan/contract';
import { CircleCheck, CircleDashed, CircleSlash, CircleX, type LucideIcon } from 'lucide-react';
import { OutcomeMark } from '../../kit/outcome-mark.tsx';
import { When } from '../../kit/when.tsx';
import css from './activity.module.css';
import { decidedWords, madeByText, type Result, resultOf, statusWords } from './model.ts';

const ICONS: Readonly<Record<Result, LucideIcon>> = {
  ran: CircleCheck,
  refused: CircleSlash,
  failed: CircleX,
  open: CircleDashed,
};
const RESULT_WORDS: Readonly<Record<Result, string>> = {
  ran: 'Ran',
  refused: 'Did not run',
  failed: 'Ran and failed',
  open: 'Open',
};

export function CallRow({ row, onOpen }: { readonly row: ActivityRow; readonly onOpen: (call: string) => void }) {
  const result = resultOf(row);
  const Icon = ICONS[result];
  return (
    <button type="button" className={css.call} data-result={result} onClick={() => onOpen(row.call)}>
      <Icon size={18} aria-hidden className={css.mark} />
      <span className="sr-only">{RESULT_WORDS[result]}:</span>
      <span className={css.what}>
        <span className={css.sentence}>{row.summary}</span>
        <span className={css.who}>{madeByText(row)}</span>
      </span>
      <span className={css.how}>
        <span className={css.verdict}>
          {row.outcome === 'allow' ? null : <OutcomeMark outcome={row.outcome} />}
          <When at={row.at} />
        </span>
        <span className={css.who}>
          {decidedWords(row.by, row.person, row.outcome)}
          {row.status === 'failed' || row.status === 'interrupted' ? `, ${statusWords(row.status)}` : ''}
        </span>
      </span>
    </button>
  );
}
