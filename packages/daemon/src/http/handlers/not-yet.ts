// Routes of the contract that are being built: each says so. Mounted before the real ones, which take its place.
import type { RouteName } from '@castellan/contract';
import { MODULE_ROUTES } from '@castellan/contract';
import { Refused } from '../answer.ts';
import type { Handlers } from '../server.ts';

type Name = keyof typeof MODULE_ROUTES & RouteName;

export function notYet(): Pick<Handlers, Name> {
  const each = (): never => {
    throw new Refused('failed', 'not built yet');
  };
  return Object.fromEntries(Object.keys(MODULE_ROUTES).map((name) => [name, each])) as unknown as Pick<Handlers, Name>;
}
