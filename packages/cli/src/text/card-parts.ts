// Two parts of the card that only some calls have: labelled content that would leave, and what files would look like.
import type { Change, Encoding, Flow } from '@castellan/contract';
import { type Line, line, type Tone } from './tone.ts';
import { visible } from './visible.ts';
import { plural } from './words.ts';
import { labelled } from './wrap.ts';

const LABELS: Readonly<Record<Flow['label'], string>> = {
  private: 'private text',
  untrusted: 'text from outside',
  user: 'your own words',
};

const ENCODINGS: Readonly<Record<Encoding, string>> = {
  base64: 'base64',
  hex: 'hex',
  url: 'URL-encoded',
  json: 'JSON-escaped',
  'compressed-space': 'spaces changed',
};

/** `passes on private text from ~/.ssh/id_rsa (base64) in /command: 1,024 characters`. */
export function flowText({ label, source, argument, encodings, length, whole }: Flow): string {
  const how = encodings.map((encoding) => ENCODINGS[encoding]);
  const wrapped = how.length === 0 ? '' : ` (${how.join(', then ')})`;
  const from = source === 'prompt' ? 'your prompt' : visible(source);
  const where = argument === '' ? 'its arguments' : `\`${visible(argument.replace(/^\//, ''))}\``;
  return `${LABELS[label]} from ${from}${wrapped}, ${plural(length, 'character')}${whole ? `, all of ${where}` : `, in ${where}`}`;
}

/** Content the person typed is no news to them; the rest is what a theft looks like. */
export const flowLines = (flows: readonly Flow[], width: number): readonly Line[] =>
  flows
    .filter(({ label }) => label !== 'user')
    .flatMap((flow) =>
      labelled('  passes on ', flowText(flow), width).map((text) =>
        line(text, flow.label === 'private' ? 'danger' : 'caution'),
      ),
    );

const CHANGES: Readonly<Record<Change['kind'], string>> = {
  new: 'new file',
  changed: 'changes in',
  unseen: 'cannot be shown:',
};

function toneOf(text: string, kind: Change['kind']): Tone {
  if (kind === 'new') return 'good';
  if (kind === 'unseen') return 'caution';
  if (text.startsWith('+')) return 'good';
  return text.startsWith('-') ? 'danger' : 'quiet';
}

/** Every line begins with our own margin, so that a file's text can never pass for a line of the card. */
export const changeLines = (changes: readonly Change[], width: number): readonly Line[] =>
  changes.flatMap(({ path, kind, lines, omitted }) => [
    ...labelled(`${CHANGES[kind]} `, visible(path), width).map((text) => line(text, 'quiet')),
    ...lines.flatMap((text) =>
      labelled('  | ', visible(text.replaceAll('\t', '    ')), width).map((part) => line(part, toneOf(text, kind))),
    ),
    ...(omitted === 0 ? [] : [line(`  ${plural(omitted, 'more line')} not shown`, 'caution')]),
  ]);
