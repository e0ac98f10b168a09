// Modules that are MCP servers, in words: which are set up, how each is started, what stands in its way. Pure.
import type { McpStart, ModuleSummary, ServerState } from '@castellan/contract';
import { seenText } from '../../kit/text-pieces.ts';

export const STATE_WORDS: Readonly<Record<ServerState, { readonly word: string; readonly means: string }>> = {
  unused: { word: 'not used yet', means: 'it is started when an agent first uses it' },
  starting: { word: 'starting', means: 'it is being started' },
  ready: { word: 'running', means: 'it answers' },
  stopped: { word: 'stopped', means: 'nobody uses it now; the next use starts it' },
  'backing-off': { word: 'crashed', means: 'it ended by itself and is started again in a while' },
  'needs-sign-in': { word: 'needs sign-in', means: 'its address wants somebody to sign in' },
  held: { word: 'held', means: 'it is another server than was accepted: nothing of it is used' },
  refused: { word: 'refused', means: 'its manifest does not fit what it offers: nothing of it is used' },
  unaccepted: { word: 'not accepted', means: 'nobody has accepted it: nothing of it is used' },
};

/** What comes with Castellan sorts tools; it is no server until somebody sets one up. */
const isSetUp = ({ state, source }: ModuleSummary): boolean => state !== null && !source.startsWith('shipped/');

const needsLook = ({ why, quarantined }: ModuleSummary): boolean => why !== null || quarantined > 0;

/** Servers that somebody set up: first those that want a person, each part by title. */
export const serversInOrder = (modules: readonly ModuleSummary[]): readonly ModuleSummary[] =>
  modules
    .filter(isSetUp)
    .toSorted(
      (a, b) =>
        Number(needsLook(b)) - Number(needsLook(a)) || a.title.localeCompare(b.title) || a.name.localeCompare(b.name),
    );

/** A word of a command line as it can be told from the next one. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./${}-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** The one line that says what is started or reached. */
export const startLine = (start: McpStart): string =>
  start.kind === 'mcp' ? [start.command, ...start.args].map(quoted).join(' ') : start.url;

export type SignInPlace =
  | { readonly kind: 'web'; readonly href: string; readonly origin: string; readonly host: string }
  | { readonly kind: 'refused'; readonly shown: string }
  /** Signed in already. */
  | { readonly kind: 'nowhere' };

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** INVARIANT: an address that a server chose is opened only where a browser goes over TLS, or on this machine. */
export function signInPlace(open: string): SignInPlace {
  const url = URL.canParse(open) ? new URL(open) : null;
  const web = url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname)));
  if (!web) return { kind: 'refused', shown: seenText(open.slice(0, 200)) };
  return { kind: 'web', href: url.href, origin: url.origin, host: url.host };
}

/** Why it is not ready, without the command at its end: that is for whoever has no page. */
export const whyHere = (why: string): string => why.replace(/: `castellan [^`]*`[^`:]*$/, '');
