// Context: the same action before, where values came from, private marks.
import type { Approval, Flow } from '@castellan/contract';
import { Globe, LockKeyhole, UserRound } from 'lucide-react';
import { seenText } from '../kit/text-pieces.ts';
import { When } from '../kit/when.tsx';
import css from './card.module.css';
import { answeredText, flowText } from './context-text.ts';

const ICONS = { private: LockKeyhole, untrusted: Globe, user: UserRound } as const;
const ORDER: readonly Flow['label'][] = ['private', 'untrusted', 'user'];

export function Flows({ flows }: { readonly flows: readonly Flow[] }) {
  if (flows.length === 0) return null;
  return (
    <section>
      <h3>Where the values came from</h3>
      <ul className={css.flows}>
        {flows
          .toSorted((a, b) => ORDER.indexOf(a.label) - ORDER.indexOf(b.label))
          .map((flow) => {
            const Icon = ICONS[flow.label];
            const { mark, text } = flowText(flow);
            return (
              <li key={`${flow.label} ${flow.source} ${flow.argument}`} data-label={flow.label}>
                <Icon size={15} aria-hidden />
                <p>
                  <strong>{mark}</strong> {seenText(text)}
                </p>
              </li>
            );
          })}
      </ul>
    </section>
  );
}

export function Before({ before }: { readonly before: Approval['before'] }) {
  if (before === undefined) return null;
  const same = answeredText(before.same);
  const tool = answeredText(before.tool);
  return (
    <section>
      <h3>Before</h3>
      {same === null && tool === null ? (
        <p>This agent has never asked for this tool.</p>
      ) : (
        <ul>
          <li>
            The same action: {same ?? 'never'}
            {before.same.lastAt === null ? null : (
              <>
                , last <When at={before.same.lastAt} />
              </>
            )}
          </li>
          {tool === null ? null : <li>This tool: {tool}</li>}
        </ul>
      )}
    </section>
  );
}
