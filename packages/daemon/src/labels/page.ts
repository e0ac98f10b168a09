// Which page the browser of a session shows, from the calls that drive it (C07, S07). RULE: a page nobody can tell is no page,
// but what was a page of credentials stays one until another is known to be shown.
import type { Call, DeclaredEffect, Effect, JsonValue, Page } from '@castellan/contract';

/** The modules whose tools drive a browser, by the names of their manifests. */
const BROWSERS: ReadonlySet<string> = new Set(['browser', 'playwright', 'puppeteer']);

const CREDENTIAL_FIELD =
  /pass(?:word|phrase|wd|code)?\b|\botp\b|one.?time|2fa|\bpin\b|cvv|cvc|card.?number|secret|api.?key|token/i;
const CREDENTIAL_PAGE = /log-?in|sign-?in|sign-?up|\bauth|\bsso\b|oauth|password|2fa|verify|account/i;
/** Arguments that name a field rather than fill it. */
const FIELDS = ['element', 'selector', 'ref', 'label', 'name', 'field', 'locator'];
const OWN_PORT: { readonly [scheme: string]: string } = { http: ':80', https: ':443' };

/** What is known of the tool that is called. */
export interface Driver {
  readonly moduleName: string;
  readonly effects: readonly DeclaredEffect[] | null;
}

export const drivesBrowser = ({ moduleName }: Driver): boolean => BROWSERS.has(moduleName);

/** The page after a call of a browser module that runs; the same one where the call does not change it. */
export function pageAfter(
  page: Page | null,
  { arguments: given }: Call,
  effects: readonly Effect[],
  tool: Pick<Driver, 'effects'>,
): Page | null {
  const url = typeof given.url === 'string' ? given.url.trim() : null;
  const host = effects.find(({ kind, targetKind }) => kind === 'connect' && targetKind === 'host')?.target;
  if (url !== null && host !== undefined) {
    const path = url.slice(url.indexOf('//') + 2).replace(/^[^/?#]*/, '');
    return { host: shortHost(host, url), credentials: CREDENTIAL_PAGE.test(path) };
  }
  if (page === null || page.credentials) return page;
  // It goes back, or to another tab: which page that shows is not told.
  if (tool.effects?.some(({ kind }) => kind === 'connect') === true) return null;
  return fieldsOf(given).some((field) => CREDENTIAL_FIELD.test(field)) ? { ...page, credentials: true } : page;
}

/** Without the port that its scheme has anyway. */
function shortHost(host: string, url: string): string {
  const own = OWN_PORT[/^([a-z]+):/i.exec(url)?.[1]?.toLowerCase() ?? ''];
  return own !== undefined && host.endsWith(own) ? host.slice(0, -own.length) : host;
}

/** Names of the fields a call is about; a form is a list of them. */
function fieldsOf(given: { readonly [key: string]: JsonValue }): readonly string[] {
  const forms = Array.isArray(given.fields) ? given.fields : [];
  return [given, ...forms].flatMap((one) => {
    if (typeof one !== 'object' || one === null || Array.isArray(one)) return [];
    const named: { readonly [key: string]: JsonValue } = one;
    return FIELDS.flatMap((name) => (typeof named[name] === 'string' ? [named[name]] : []));
  });
}
