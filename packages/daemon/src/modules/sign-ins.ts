// What the registry asks of whoever signs in to servers (M6). INVARIANT: a token goes to the client of the server it is for
// and nowhere else: nothing here gives one back.
import type { Actor, McpHttp, ModuleSignIn, ModuleView } from '@castellan/contract';
import type { UpstreamHost } from '@castellan/gateway';
import type { Answer } from './fault.ts';

export interface SignInState {
  readonly view: NonNullable<ModuleView['signIn']>;
  /** One line: why somebody has to sign in; null: nobody has to. */
  readonly why: string | null;
}

/** What came of a browser that was sent back. */
export type Returned =
  | { readonly kind: 'signed-in' }
  /** No sign-in of ours: nothing was done, and nobody is told what is wrong with it. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'failed'; readonly why: string };

/** by-person: signed in or out, so servers begin anew. needed: somebody has to sign in now, again or for more. */
export type SignInChange = 'by-person' | 'needed';

export interface SignIns {
  /** Undefined: nobody signs in here. */
  provider: UpstreamHost['signIn'];
  /** Null: it never wanted one. */
  state(module: string, start: McpHttp): SignInState | null;
  /** Modules whose sign-in has ended though nobody signed out of them. */
  ended(): readonly string[];
  /** @returns where the person's browser goes; null: signed in already. */
  begin(module: string, start: McpHttp, actor: Actor): Promise<Answer<ModuleSignIn>>;
  /** Lines for whoever is about to sign in: where that would be, and what must be registered there. */
  foreseen(module: string, start: McpHttp): Promise<readonly string[]>;
  signOut(module: string, by: string): Promise<Answer<null>>;
  /** A browser that was sent back, by whoever sent it, to the place of one module and issuer. */
  returned(place: string, query: URLSearchParams): Promise<Returned>;
  /** A module that was removed: its tokens go with it. */
  forget(module: string, by: string): Promise<void>;
  subscribe(listener: (change: SignInChange, module: string) => void): () => void;
}
