// Files of rules, folded: each rule with its tier, what it does and how its tests stand.
import { Button } from '@mantine/core';
import { CircleCheck, CircleX } from 'lucide-react';
import { useMay } from '../../connection/use-ask.ts';
import fold from '../../kit/fold-list.module.css';
import kit from '../../kit/rows.module.css';
import { Tag } from '../../kit/tag.tsx';
import { countText } from '../../kit/time-text.ts';
import type { Editing } from './edit-sheet.tsx';
import { type FileView, type RuleRow, TIER_MEANS } from './model.ts';
import css from './rules.module.css';

const TONES: Readonly<Record<string, 'bad' | 'warn' | 'plain'>> = {
  critical: 'bad',
  strict: 'warn',
  guideline: 'plain',
};

interface FilesProps {
  readonly views: readonly FileView[];
  readonly open: boolean;
  readonly hash: string;
  readonly onOpen: (editing: Editing) => void;
}

export function RuleFiles({ views, open, hash, onOpen }: FilesProps) {
  if (views.length === 0) return <p className="muted">No rule here is called that.</p>;
  return (
    <ul className={fold.list}>
      {views.map((view) => (
        <li key={`${view.file.source} ${view.file.path}`}>
          <OneFile view={view} open={open || view.rules.some(({ id }) => id === hash)} hash={hash} onOpen={onOpen} />
        </li>
      ))}
    </ul>
  );
}

function OneFile({ view, open, hash, onOpen }: Omit<FilesProps, 'views'> & { readonly view: FileView }) {
  const { file, title, rules, passed, failing } = view;
  const may = useMay('policy:write') && file.source === 'user';
  return (
    <details className={fold.item} open={open}>
      <summary>
        <span className={kit.main}>
          <span className={kit.name}>{title}</span>
          <span className={kit.note}>
            {countText(rules.length, 'rule')} · {countText(passed, 'test')} {passed === 1 ? 'passes' : 'pass'}
          </span>
        </span>
        {failing.length === 0 ? null : (
          <Tag tone="bad" icon={CircleX}>
            {countText(failing.length, 'test')} failing
          </Tag>
        )}
      </summary>
      <div className={fold.inside}>
        {failing.map(({ rule, name, text }) => (
          <p key={`${rule} ${name}`} className={css.failing}>
            <code>{rule}</code> {name}: {text}
          </p>
        ))}
        <ul>
          {rules.map((rule) => (
            <Rule key={rule.id} rule={rule} here={rule.id === hash} />
          ))}
        </ul>
        <div className={css.foot}>
          <Button onClick={() => onOpen(may ? { kind: 'change', file } : { kind: 'look', file })}>
            {may ? 'Edit' : 'Read the file'}
            <span className="sr-only"> {title}</span>
          </Button>
        </div>
      </div>
    </details>
  );
}

function Rule({ rule, here }: { readonly rule: RuleRow; readonly here: boolean }) {
  const { id, tier, title, outcome, passed, failed } = rule;
  return (
    <li className={`${css.rule} ${fold.line}`} id={id} tabIndex={-1} data-here={here}>
      <div className={kit.main}>
        <p>{title}</p>
        <p className={kit.note}>
          <code>{id}</code>
        </p>
      </div>
      <p className={css.tests}>
        {passed + failed === 0 ? (
          'no tests'
        ) : failed === 0 ? (
          <>
            <CircleCheck size={14} aria-hidden /> {countText(passed, 'test')}
          </>
        ) : (
          <>
            <CircleX size={14} aria-hidden /> {failed} of {passed + failed} fail
          </>
        )}
      </p>
      <p className={css.tier} title={TIER_MEANS[tier]}>
        <Tag tone={TONES[tier] ?? 'plain'}>{tier}</Tag> {outcome}
      </p>
    </li>
  );
}
