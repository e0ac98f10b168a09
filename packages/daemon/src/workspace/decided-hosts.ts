// Where a command was decided to connect to, as places that its way out knows. Pure. INVARIANT: what it may do only perhaps is asked about when it
// is done.
import type { Effect } from '@castellan/contract';

export interface DecidedHost {
  readonly host: string;
  readonly port: number;
}

/** Where no port is said: the two that everybody means. */
const USUAL = [443, 80];
const PLACE = /^(?:\[([0-9a-f:.]+)\]|([^:/\s[\]]+))(?::(\d{1,5}))?$/i;

export const decidedHosts = (effects: readonly Effect[]): readonly DecidedHost[] =>
  effects.flatMap(({ kind, targetKind, certainty, target }) => {
    const isCertain = (kind === 'connect' || kind === 'send') && targetKind === 'host' && certainty === 'certain';
    const [, address, name, port] = (isCertain ? PLACE.exec(target) : null) ?? [];
    const host = (address ?? name)?.toLowerCase();
    if (host === undefined) return [];
    return (port === undefined ? USUAL : [Number(port)]).map((each) => ({ host, port: each }));
  });
