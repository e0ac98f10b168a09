// Which page the browser of a session shows, from the calls that drive it (C07, S07).
import type { Call, Effect, Page } from '@castellan/contract';

const CREDENTIAL_FIELD =
  /pass(?:word|phrase|wd|code)?\b|\botp\b|one.?time|2fa|\bpin\b|cvv|cvc|card.?number|secret|api.?key|token/i;
const CREDENTIAL_PAGE = /log-?in|sign-?in|sign-?up|\bauth|\bsso\b|oauth|password|2fa|verify|account/i;
/** Arguments that name a field rather than fill it. */
const FIELDS = ['element', 'selector', 'ref', 'label', 'name', 'field', 'locator'];

/** The page after a call of a browser module that runs; the same one where the call does not change it. */
export function pageAfter(page: Page | null, { arguments: given }: Call, effects: readonly Effect[]): Page | null {
  const url = typeof given.url === 'string' ? given.url : null;
  const host = effects.find(({ kind, targetKind }) => kind === 'connect' && targetKind === 'host')?.target;
  if (url !== null && host !== undefined) {
    const path = url.slice(url.indexOf('//') + 2).replace(/^[^/?#]*/, '');
    return { host, credentials: CREDENTIAL_PAGE.test(path) };
  }
  if (page === null || page.credentials) return page;
  const fields = FIELDS.flatMap((name) => (typeof given[name] === 'string' ? [given[name]] : []));
  return fields.some((field) => CREDENTIAL_FIELD.test(field)) ? { ...page, credentials: true } : page;
}
