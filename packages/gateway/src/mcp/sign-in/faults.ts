// What goes wrong in a sign-in, in words of ours. INVARIANT: no text of the authorization server is in them, for it may hold
// what was sent to it: of its answer only the code that the standard has a name for.
import type { SignInAnswer } from './types.ts';

type Fault = Extract<SignInAnswer<never>, { ok: false }>;

/** Answers of RFC 6749 and its siblings that say no to what we hold. */
const REFUSALS: ReadonlySet<string> = new Set([
  'invalid_grant',
  'invalid_client',
  'unauthorized_client',
  'access_denied',
  'invalid_target',
  'invalid_scope',
]);
const OTHERS: ReadonlySet<string> = new Set([
  'invalid_request',
  'unsupported_grant_type',
  'unsupported_response_type',
  'server_error',
  'temporarily_unavailable',
  'login_required',
  'consent_required',
  'interaction_required',
]);

export const unusable = (why: string, hint?: string): Fault => ({
  ok: false,
  kind: 'unusable',
  why,
  ...(hint !== undefined && { hint }),
});

/** A code of the standard, or that it was none. */
export const codeText = (code: string): string =>
  REFUSALS.has(code) || OTHERS.has(code) ? `\`${code}\`` : 'an error of its own';

export async function faultOf(error: unknown): Promise<Fault> {
  const sdk = await import('@modelcontextprotocol/client');
  if (error instanceof sdk.IssuerMismatchError) return unusable('another authorization server answers than was asked');
  if (error instanceof sdk.InsecureTokenEndpointError) return unusable('its tokens are not given out by https');
  if (error instanceof sdk.RegistrationRejectedError)
    return unusable('the authorization server registers no client here');
  if (error instanceof sdk.OAuthError)
    return REFUSALS.has(error.code)
      ? { ok: false, kind: 'refused', why: `the authorization server says ${codeText(error.code)}` }
      : { ok: false, kind: 'unreachable', why: `the authorization server says ${codeText(error.code)}` };
  if (error instanceof Error && error.name === 'WireFault')
    return { ok: false, kind: 'unreachable', why: error.message };
  if (error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError'))
    return { ok: false, kind: 'unreachable', why: 'the authorization server does not answer' };
  if (error instanceof TypeError)
    return { ok: false, kind: 'unreachable', why: 'the authorization server cannot be reached' };
  return unusable('the authorization server does not answer as MCP asks');
}
