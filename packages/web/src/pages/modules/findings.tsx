// What was found in what a server says, each with the words it was found in. RULE: the words are text, and nothing of them works.
import type { Difference, Finding } from '@castellan/contract';
import { TriangleAlert } from 'lucide-react';
import { DiffLines } from '../../kit/diff-view.tsx';
import { ForeignText } from '../../kit/foreign-text.tsx';
import { Prose } from '../../kit/prose.tsx';
import { Tag } from '../../kit/tag.tsx';
import { seenText } from '../../kit/text-pieces.ts';
import { Ticked } from '../../kit/ticked.tsx';
import type { Tone } from '../../kit/tone.ts';
import css from './servers.module.css';

const FINDING_WORDS: Readonly<Record<Finding['kind'], string>> = {
  instruction: 'an order to the model',
  'hidden-text': 'hidden text',
  exfiltration: 'asks for what should stay',
  'look-alike': 'looks like another',
  shadowing: 'speaks of another tool',
  annotation: 'says of itself what does not fit',
  schema: 'does not fit',
};

export function Findings({ findings }: { readonly findings: readonly Finding[] }) {
  if (findings.length === 0) return null;
  return (
    <ul className={css.findings} aria-label="Findings">
      {findings.map(({ kind, text, excerpt }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two findings may be alike, and none moves
        <li key={index} className={css.finding}>
          <TriangleAlert size={16} aria-hidden />
          <div>
            <p>
              <strong>{FINDING_WORDS[kind]}:</strong> <Prose text={text} />
            </p>
            {excerpt === undefined ? null : (
              <blockquote className={css.excerpt}>
                <ForeignText text={excerpt} mono />
              </blockquote>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

const CHANGE_WORDS: Readonly<Record<Difference['change'], readonly [word: string, tone: Tone]>> = {
  added: ['new', 'accent'],
  changed: ['changed', 'warn'],
  removed: ['gone', 'plain'],
  renamed: ['renamed', 'warn'],
  'look-alike': ['look-alike', 'bad'],
  shadowing: ['same name', 'warn'],
  unusable: ['unusable', 'bad'],
  identity: ['another server', 'bad'],
  instructions: ['other instructions', 'warn'],
};

export function Differences({ differences }: { readonly differences: readonly Difference[] }) {
  if (differences.length === 0) return null;
  return (
    <ul className={css.differences}>
      {differences.map(({ change, name, text, lines }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: one thing may differ in two ways, and none moves
        <li key={index} className={css.difference}>
          <p className={css.said}>
            <Tag tone={CHANGE_WORDS[change][1]}>{CHANGE_WORDS[change][0]}</Tag>
            <span>
              <DifferenceText name={name} text={text} />
            </span>
          </p>
          {lines.length === 0 ? null : <DiffLines lines={lines} label={`Changes of ${name}`} />}
        </li>
      ))}
    </ul>
  );
}

/** What it is about, where the text does not say, and how it differs. */
export function DifferenceText({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <>
      {name === '' || text.includes(`\`${name}\``) ? null : (
        <>
          <strong className="mono">{seenText(name)}</strong>:{' '}
        </>
      )}
      <Ticked text={text} />
    </>
  );
}
