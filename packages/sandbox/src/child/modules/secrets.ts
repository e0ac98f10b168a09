// secrets: names the program may use. A value is never here; what `get` gives stands for one.
import { COST, List, type Module, moduleOf, type Run, unpackPositional, wantString } from '@castellan/starlark';
import type { Exchange } from '../exchange.ts';
import { SecretText } from '../secret-text.ts';

export function secretsModule(exchange: Exchange, declared: readonly string[]): Module {
  const named = (name: string, run: Run): readonly [string, Run] => [
    name,
    (thread, self, positional, names) => {
      exchange.requireReach(thread, `secrets.${name}`);
      return run(thread, self, positional, names);
    },
  ];
  return moduleOf(
    'secrets',
    [
      named('get', (thread, _self, positional, names) => {
        unpackPositional(thread, 'secrets.get', positional, names, 1, [wantString]);
        const name = String(positional[0]);
        if (!declared.includes(name))
          return exchange.missing(thread, `secrets.get: the header declares no secret \`${name.slice(0, 64)}\``);
        thread.allocate(256);
        return new SecretText([{ secret: name }]);
      }),
      named('has', (thread, _self, positional, names) => {
        unpackPositional(thread, 'secrets.has', positional, names, 1, [wantString]);
        const name = String(positional[0]);
        return declared.includes(name) && exchange.value(thread, { kind: 'secret', name }) === true;
      }),
      named('list', (thread, _self, positional, names) => {
        unpackPositional(thread, 'secrets.list', positional, names, 0, []);
        thread.allocate(COST.list + COST.item * declared.length);
        return new List([...declared]);
      }),
    ],
    [],
    'secrets.',
  );
}
