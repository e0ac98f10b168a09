// One effect of a statement, and the few questions asked of its words.
import type { Certainty, EffectKind, Resource, TargetKind } from '@castellan/contract';
import type { Token } from './lex.ts';

export interface SqlEffect {
  readonly kind: EffectKind;
  readonly target: string;
  readonly targetKind: TargetKind;
  readonly certainty: Certainty;
  readonly resource?: Resource;
  readonly note?: string;
}

export const isSign = (token: Token | undefined, text: string): boolean =>
  token?.kind === 'sign' && token.text === text;
export const isWord = (token: Token | undefined, ...words: readonly string[]): boolean =>
  token?.kind === 'word' && words.includes(token.upper);

export const simple = (
  kind: EffectKind,
  target: string,
  resource: Resource = 'database',
  note?: string,
): SqlEffect => ({
  kind,
  target: target.slice(0, 200),
  targetKind: kind === 'execute' ? 'command' : 'text',
  certainty: kind === 'unknown' || resource === 'inline-code' || resource === 'package-code' ? 'unknown' : 'certain',
  resource,
  ...(note === undefined ? {} : { note }),
});

export function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let index = open; index < tokens.length; index += 1) {
    if (isSign(tokens[index], '(')) depth += 1;
    else if (isSign(tokens[index], ')')) depth -= 1;
    if (depth === 0) return index;
  }
  return tokens.length;
}
