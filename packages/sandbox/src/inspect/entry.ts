// Where a script begins: its function `main`, or what it leaves in `result`.
import type { syntax } from '@castellan/starlark';
import { type Faults, NOWHERE } from './faults.ts';
import { MOST } from './names.ts';

export interface Entry {
  readonly entry: 'main' | 'result';
  readonly parameters: readonly string[];
}

export function entryOf(file: syntax.FileNode, faults: Faults): Entry {
  const main = file.statements.findLast((node) => node.kind === 'def' && node.name.name === 'main');
  if (main?.kind === 'def') {
    const parameters = main.function.parameters.map(parameterText);
    if (parameters.length > MOST.parameters)
      faults.add(NOWHERE, `\`main\` has more than ${MOST.parameters} parameters`);
    return { entry: 'main', parameters };
  }
  if (file.globals.includes('main')) faults.add(NOWHERE, '`main` has to be a function: `def main(): …`');
  else if (!file.globals.includes('result'))
    faults.add(
      NOWHERE,
      'there is neither a function `main` nor a `result`',
      'write `def main(): …`, and return what comes of it',
    );
  return { entry: 'result', parameters: [] };
}

function parameterText({ kind, name, standard }: syntax.Parameter): string {
  const stars = kind === 'plain' ? '' : kind === 'star' ? '*' : '**';
  const otherwise = standard === undefined ? '' : `=${literalText(standard)}`;
  const text = `${stars}${name?.name ?? ''}${otherwise}`;
  return text.length <= MOST.parameter ? text : `${text.slice(0, MOST.parameter - 1).toWellFormed()}…`;
}

/** Short literals as they are written. */
function literalText(node: syntax.Expression): string {
  if (node.kind === 'string') return JSON.stringify(node.value);
  if (node.kind === 'int' || node.kind === 'float') return String(node.value);
  return node.kind === 'name' ? node.name : '…';
}
