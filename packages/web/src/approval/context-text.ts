// Where the values of a call came from, and how calls like it were answered before, in words.
import type { Answered, Flow } from '@castellan/contract';

const LABEL_WORDS: Readonly<Record<Flow['label'], string>> = {
  user: 'typed by you',
  private: 'private',
  untrusted: 'from outside',
};

const pathText = (pointer: string): string =>
  pointer === ''
    ? 'the arguments'
    : pointer.slice(1).replaceAll('/', ' › ').replaceAll('~1', '/').replaceAll('~0', '~');

export interface FlowText {
  readonly mark: string;
  readonly text: string;
}

/** `body: read from mail/get, private, wrapped in base64`. */
export function flowText({ label, source, argument, encodings, whole }: Flow): FlowText {
  const where = source === 'prompt' ? 'your own words' : `read from ${source}`;
  const part = whole ? 'all of' : 'part of';
  const wrapped = encodings.length === 0 ? '' : `, wrapped in ${encodings.join(', then ')}`;
  return { mark: LABEL_WORDS[label], text: `${part} ${pathText(argument)}: ${where}${wrapped}` };
}

/** `3 approved, 1 denied`; null where there was none. */
export function answeredText({ approved, denied, timedOut }: Answered): string | null {
  const parts = [
    approved > 0 ? `${approved} approved` : '',
    denied > 0 ? `${denied} denied` : '',
    timedOut > 0 ? `${timedOut} not answered` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? null : parts.join(', ');
}
