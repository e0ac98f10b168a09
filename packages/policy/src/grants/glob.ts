// Globs of grants: `*` matches within a path segment, `**` across `/`. Positions are advanced as a set, so the cost is
// pattern × text at worst, whatever they are.

type Token =
  | { readonly kind: 'text'; readonly character: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'deep' };

function tokensOf(pattern: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let i = 0; i < pattern.length; i += 1) {
    const character = pattern.charAt(i);
    if (character !== '*') tokens.push({ kind: 'text', character });
    else if (pattern.charAt(i + 1) === '*') {
      tokens.push({ kind: 'deep' });
      i += 1;
    } else tokens.push({ kind: 'any' });
  }
  return tokens;
}

/** Whether a text is one of a pattern. */
export function globMatches(pattern: string, text: string): boolean {
  const tokens = tokensOf(pattern);
  let states = reachable(tokens, new Set([0]));
  for (let i = 0; i < text.length && states.size > 0; i += 1) {
    const next = new Set<number>();
    for (const state of states) {
      const token = tokens[state];
      if (token === undefined) continue;
      if (token.kind === 'text') {
        if (token.character === text.charAt(i)) next.add(state + 1);
      } else if (token.kind === 'deep' || text.charAt(i) !== '/') next.add(state);
    }
    states = reachable(tokens, next);
  }
  return states.has(tokens.length);
}

/** A star may also match nothing: the position after it is reached as well. */
function reachable(tokens: readonly Token[], states: Set<number>): Set<number> {
  for (const state of states) {
    const token = tokens[state];
    if (token !== undefined && token.kind !== 'text') states.add(state + 1);
  }
  return states;
}
