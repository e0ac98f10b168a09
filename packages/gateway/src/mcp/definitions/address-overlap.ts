// Whether an address or a pattern that is new takes addresses of another module. A look, for the person who accepts it: what two
// modules could be meant by is read at neither.
import type { Definition, Difference } from '@castellan/contract';
import { sameAddress } from './same-names.ts';
import { type Steps, type UriMatcher, uriMatcher } from './uri-template.ts';

/** Told of one definition: more say nothing new. */
const MAX_TOLD = 5;
/** Of one comparison with everything of the other modules: a fraction of a second. */
const MAX_STEPS = 20_000_000;

interface Address {
  readonly module: string;
  readonly name: string;
  /** An address that it stands for: itself, or one that its pattern makes. */
  readonly sample: string;
  readonly matcher: UriMatcher | null;
}

/** What to say of one that is new, whose module has none of `others`. */
export function overlaps(
  others: ReadonlyMap<string, readonly Definition[]>,
): (each: Definition) => readonly Difference[] {
  const foreign = [...others].flatMap(([module, definitions]) =>
    definitions.filter(isAddress).map((each) => addressOf(module, each)),
  );
  const patterns = foreign.filter(({ matcher }) => matcher !== null);
  const byName = Map.groupBy(foreign, ({ name }) => name);
  const steps: Steps = { left: MAX_STEPS };
  return (each) => {
    if (!isAddress(each)) return [];
    const own = addressOf('', each);
    const met = new Set([
      ...(byName.get(own.name) ?? []),
      ...patterns.filter((other) => fits(other, own.sample, steps)),
      // Patterns of one server are few; addresses may be thousands.
      ...(own.matcher === null ? [] : foreign.filter((other) => fits(own, other.sample, steps))),
    ]);
    return [...met].slice(0, MAX_TOLD).map(({ module, name }) => sameAddress(each, module, name));
  };
}

const isAddress = ({ kind }: Definition): boolean => kind === 'resource' || kind === 'template';

const addressOf = (module: string, { kind, name }: Definition): Address =>
  kind === 'resource'
    ? { module, name, sample: name, matcher: null }
    : { module, name, sample: sampleOf(name), matcher: uriMatcher(name) };

const fits = ({ matcher }: Address, uri: string, steps: Steps): boolean =>
  matcher !== null && uri.startsWith(matcher.prefix) && uri.endsWith(matcher.suffix) && matcher.fits(uri, steps);

const OPERATORS: Readonly<Record<string, string>> = {
  '+': 'x',
  '#': '#x',
  '.': '.x',
  '/': '/x',
  ';': ';x',
  '?': '?x=x',
  '&': '&x=x',
};

const sampleOf = (pattern: string): string =>
  pattern.replace(/\{([^{}]?)[^{}]*\}/g, (_, operator: string) => OPERATORS[operator] ?? 'x');
