// The arguments of a call: in order, and no name twice.
import type { Call } from '../syntax/ast.ts';
import type { Resolver } from './resolver.ts';

const MAX_ARGUMENTS = 255;

export function resolveArguments(r: Resolver, call: Call): void {
  const names = new Set<string>();
  let positional = 0;
  let named = 0;
  let hasStar = false;
  let hasDoubleStar = false;
  for (const { kind, at, name, value } of call.arguments) {
    switch (kind) {
      case 'double-star':
        if (hasDoubleStar) r.fail(at, 'multiple **kwargs not allowed');
        hasDoubleStar = true;
        break;
      case 'star':
        if (hasDoubleStar) r.fail(at, '*args may not follow **kwargs');
        else if (hasStar) r.fail(at, 'multiple *args not allowed');
        hasStar = true;
        break;
      case 'named':
        named++;
        if (hasDoubleStar) r.fail(at, 'keyword argument may not follow **kwargs');
        else if (hasStar) r.fail(at, 'keyword argument may not follow *args');
        if (names.has(name)) r.fail(at, `keyword argument "${name}" is repeated`);
        names.add(name);
        break;
      case 'positional':
        positional++;
        if (hasStar) r.fail(at, 'positional argument may not follow *args');
        else if (hasDoubleStar) r.fail(at, 'positional argument may not follow **kwargs');
        else if (names.size > 0) r.fail(at, 'positional argument may not follow named');
        break;
    }
    r.rules.expression(r, value);
  }
  if (positional > MAX_ARGUMENTS) r.fail(call.at, `${positional} positional arguments in call, limit is 255`);
  if (named > MAX_ARGUMENTS) r.fail(call.at, `${named} keyword arguments in call, limit is 255`);
}
