// What libraries must know of the daemon's content security policy before they are loaded: no code is made from text, a
// style tag carries the nonce, and text becomes markup nowhere.

/** The nonce that the daemon put into the page; empty on a development server. */
export const nonceOf = (page: Document): string =>
  page.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';

/** The one script that may be loaded by address: what shows notifications. */
export const SERVICE_WORKER = '/service-worker.js';

interface TrustedTypes {
  createPolicy(
    name: string,
    policy: {
      createHTML: (text: string) => string | null;
      createScriptURL: (address: string) => string | null;
    },
  ): unknown;
}

/**
 * INVARIANT: run before the first library is loaded. Without it zod tries whether it may make code, and a dialog's style tag
 * is refused. The policy lets through text that holds no tag at all: style sheets, which is all that libraries here write.
 */
export function makeStrict(scope: object, page: Document): void {
  Object.assign(scope, { __zod_globalConfig: { jitless: true }, __webpack_nonce__: nonceOf(page) });
  const trustedTypes = 'trustedTypes' in scope ? (scope.trustedTypes as TrustedTypes) : undefined;
  trustedTypes?.createPolicy('default', {
    createHTML: (text) => (text.includes('<') ? null : text),
    createScriptURL: (address) => (address === SERVICE_WORKER ? address : null),
  });
}
