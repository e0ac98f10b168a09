// Where a here-document ends. An attacker spells the end so that the parser stops at one line and the shell at another: what the
// one takes for text is a command to the other. INVARIANT: only ends that no shell takes apart are believed.
import { forEachChild, type ParsedScript, type SyntaxNode } from 'unbash';

/** One plain word, or one whole pair of quotes with plain text in it, and then what surely ends a word. */
const ORDINARY = /(?:\\?[\w.:@%+,/!-]+|'[^'\t\n]*'|"[^"\\$`\t\n]*")(?=$|[ \t\n;&|)]|[<>](?!\())/y;
/** There may be another one. Also found in calculations, and in text that only looks like it: those cost a closer look. */
const CANDIDATE = /(?<!<)<<(?!<)-?[ \t]*(?!(?:[\w.:@%+,/!]+|'[^'\t\n]*'|"[^"\\$`\t\n]*")(?:$|[ \t\n;&|)])|[ \t])/;

/** Whether a here-document in it, run or not, may end elsewhere than the parser says. */
export function mayEndElsewhere(text: string, script: ParsedScript): boolean {
  if (!CANDIDATE.test(text)) return false;
  // What stands between decoded backticks counts from its own text.
  const open: (readonly [SyntaxNode, string])[] = [[script, text]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [node, outer] = next;
    const source = node.type === 'Script' ? (node.source ?? outer) : outer;
    if (node.type === 'HereDoc' && !isOrdinary(node.delimiter, source)) return true;
    forEachChild(node, (child) => open.push([child, source]));
  }
  return false;
}

function isOrdinary(end: { readonly pos: number; readonly end: number } | undefined, source: string): boolean {
  if (end === undefined) return false;
  ORDINARY.lastIndex = end.pos;
  return ORDINARY.test(source) && ORDINARY.lastIndex === end.end;
}
