// Tables of the guide that the program itself fills: what stands between `<!-- checked: NAME -->` and `<!-- /checked -->` must be
// what is true now. `CASTELLAN_UPDATE_GUIDE=1` writes it anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';

export type Row = readonly (string | number)[];

export function table(head: Row, rows: readonly Row[]): string {
  const line = (cells: Row): string => `| ${cells.join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

export function checkBlock(file: string, name: string, expected: string): void {
  const text = readFileSync(file, 'utf8');
  const [begin, end] = [`<!-- checked: ${name} -->\n`, '<!-- /checked -->'];
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  expect(
    [from, to].every((at) => at >= 0),
    `a block \`${name}\` in ${file}`,
  ).toBe(true);
  const start = from + begin.length;
  if (process.env.CASTELLAN_UPDATE_GUIDE !== undefined) {
    writeFileSync(file, `${text.slice(0, start)}${expected}\n${text.slice(to)}`);
    return;
  }
  expect(text.slice(start, to)).toBe(`${expected}\n`);
}
