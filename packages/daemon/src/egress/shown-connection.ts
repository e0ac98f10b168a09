// What the ledger is told of a connection. INVARIANT: names are lower case by now, and a known secret in one may not have been; a reason
// tells the name again. However often a secret stands in a name, what is told of it fits the record: else it would stand nowhere.
import type { Ended } from '@castellan/gateway';
import type { Redactor } from '@castellan/secrets';

const MOST_HOST = 300;
const MOST_TEXT = 1000;

/** @param left what is said of those that were left out before it; empty: nothing. */
export function shownConnection(ended: Ended, left: string, redactor: Pick<Redactor, 'anyCase'>): Ended {
  const hidden = (text: string, most: number): string => redactor.anyCase().text(text).slice(0, most);
  const { text: why = '', ...rest } = ended;
  const text = hidden(`${why}${left}`, MOST_TEXT);
  return { ...rest, host: hidden(ended.host, MOST_HOST), ...(text !== '' && { text }) };
}
