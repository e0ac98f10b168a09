// Which host a URL in a source names, as far as its text says so.
import type { syntax } from '@castellan/starlark';

type Expression = syntax.Expression;

/** A URL up to the first character after its host. */
const WITH_HOST = /^https?:\/\/[^/?#\\]+(?=[/?#])/i;

/** The text of a string literal, whatever brackets it is in. */
export function literalOf(node: Expression | undefined): string | undefined {
  let inner = node;
  while (inner?.kind === 'paren') inner = inner.inner;
  return inner?.kind === 'string' && typeof inner.value === 'string' ? inner.value : undefined;
}

/**
 * The part of a URL that says where it leads: a literal as it is; of what is put together, its literal beginning, where the host has ended
 * before anything is put in. `undefined`: the source does not say.
 */
export function originIn(node: Expression | undefined): string | undefined {
  const whole = literalOf(node);
  if (whole !== undefined) return whole;
  const begin = literalOf(beginOf(node));
  const origin = begin === undefined ? undefined : WITH_HOST.exec(begin)?.[0];
  // A place where something is put in is no part of a host.
  return origin === undefined || /[%{}]/.test(origin) ? undefined : origin;
}

/** The leftmost text of `a + b`, `a % b` and `a.format(b)`. */
function beginOf(node: Expression | undefined): Expression | undefined {
  let inner = node;
  for (;;) {
    if (inner?.kind === 'paren') inner = inner.inner;
    else if (inner?.kind === 'binary' && (inner.operator === '+' || inner.operator === '%')) inner = inner.left;
    else if (inner?.kind === 'call' && inner.callee.kind === 'attribute' && inner.callee.name === 'format')
      inner = inner.callee.object;
    else return inner;
  }
}

/** `example.org`, or with its port where it is not the scheme's own; `undefined`: it is no URL of http. */
export function hostOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, host, username, password } = new URL(url);
  const isHttp = protocol === 'http:' || protocol === 'https:';
  return isHttp && username === '' && password === '' && host !== '' ? host : undefined;
}

/** Whether a name of the header means this host. */
export function covers(name: string, host: string): boolean {
  if (!name.startsWith('*.')) return name === host;
  return host.endsWith(name.slice(1)) && host.length > name.length - 1;
}
