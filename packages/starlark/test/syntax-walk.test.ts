// Going through a tree: every node once, outer before inner, in the order of the source.
import { expect, test } from 'vitest';
import { parseExpression, parseFile } from '../src/syntax/parse.ts';
import { type SyntaxNode, walk } from '../src/syntax/walk.ts';

const SOURCE = `
load("m", "q", w="e")
def f(a, b=c1, *c, **d):
  for g, h in i:
    if j: k = -l + m.n
    elif o: continue
    else: p[r] += s[t:u:v]
  while x: break
  return [y for z in (aa, [bb]) if {cc: dd}]
f(ee, ff=gg, *hh, **ii) if jj else lambda kk=ll: mm
{nn: oo for pp in qq}
pass
`;

function nodesOf(source: string, visit: (node: SyntaxNode) => boolean = () => true): readonly SyntaxNode[] {
  const parsed = parseFile('f.star', source);
  if (!parsed.ok) throw new Error(parsed.errors[0]?.message);
  const nodes: SyntaxNode[] = [];
  walk(parsed.file, (node) => {
    nodes.push(node);
    return visit(node);
  });
  return nodes;
}

test('every name is visited once, in order', () => {
  const names = nodesOf(SOURCE).flatMap((node) => (node.kind === 'name' ? [node.name] : []));
  const expected =
    'q w f a b c1 c d g h i j k l m o p r s t u v x y z aa bb cc dd f ee gg hh ii jj kk ll mm nn oo pp qq';
  expect(names.join(' ')).toBe(expected);
});

test('every kind of node is visited', () => {
  const kinds = new Set(nodesOf(`${SOURCE}x = 1, 1.5, "a", b"b"`).map(({ kind }) => kind));
  expect([...kinds].sort().join(' ')).toBe(
    'assign attribute binary break bytes call comprehension conditional continue def dict expression float for if index int lambda list load name paren pass return slice string tuple unary while',
  );
});

test('a node comes before what is in it, and what is in it can be left out', () => {
  const outside = nodesOf(SOURCE, ({ kind }) => kind !== 'def');
  expect(outside.filter(({ kind }) => kind === 'def')).toHaveLength(1);
  expect(outside.some(({ kind }) => kind === 'for')).toBe(false);
});

test('depth counts from one', () => {
  const parsed = parseExpression('e', 'a + b * c');
  if (!parsed.ok) throw new Error('no expression');
  const depths: string[] = [];
  walk(parsed.expression.value, (node, depth) => {
    if (node.kind === 'name') depths.push(`${node.name}${depth}`);
    return true;
  });
  expect(depths).toEqual(['a2', 'b3', 'c3']);
});
