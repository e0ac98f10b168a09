// `load`: the host gives the globals of the other file; its functions keep their own.

import { nearest } from '../spell.ts';
import type { Statement } from '../syntax/ast.ts';
import { freeze } from '../values/freeze.ts';
import { fromHost } from '../values/host-value.ts';
import type { Execute } from './code.ts';
import type { Context } from './context.ts';
import { askHost } from './host.ts';
import { writeName } from './names.ts';
import { NEXT } from './signal.ts';

export function compileLoad(context: Context, node: Extract<Statement, { kind: 'load' }>): Execute {
  const module = String(node.module.value);
  const names = node.names.map((name) => ({ original: name.original, assign: writeName(context, name.local) }));
  const { at } = node;
  return (thread, frame) => {
    thread.at = at;
    const { load } = thread.host;
    if (load === undefined) return thread.fail('load not implemented by this application');
    const loaded = askHost(() => load(module, thread));
    if (!loaded.ok) return thread.fail(`cannot load ${module}: ${loaded.message}`);
    for (const { original, assign } of names) {
      const value = loaded.globals.get(original);
      if (value !== undefined) {
        freeze(value);
        assign(thread, frame, fromHost(value, `the module ${module}`, thread));
        continue;
      }
      const near = nearest(original, [...loaded.globals.keys()]);
      const hint = near === undefined ? '' : ` (did you mean ${near}?)`;
      return thread.fail(`load: name ${original} not found in module ${module}${hint}`);
    }
    return NEXT;
  };
}
