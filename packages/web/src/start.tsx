// Opens the page: one connection, one query cache, one router, then React.
import { createClient, exportLedger } from '@castellan/client';
import { QueryCache, QueryClient } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { createAppRouter } from './app/router.tsx';
import type { Connection } from './connection/context.tsx';
import { csrfStore } from './connection/csrf.ts';
import { codeOf, isSignedOut } from './connection/failure.ts';
import { fetchTransport } from './connection/fetch-transport.ts';
import { liveStore } from './connection/live-store.ts';

export function start(page: Document): void {
  const csrf = csrfStore(localStorage, window);
  const hurrying = new Set<() => void>();
  const transport = fetchTransport(csrf);
  const connection: Connection = {
    api: createClient({ transport }),
    exportLedger: (input) => exportLedger(transport, input),
    live: liveStore((run) => {
      // A page in the background gets no frames, and its title must still count.
      if (page.visibilityState === 'visible') requestAnimationFrame(run);
      else setTimeout(run, 50);
    }),
    csrf,
    hurry: () => {
      for (const listener of [...hurrying]) listener();
    },
    onHurry: (listener) => {
      hurrying.add(listener);
      return () => hurrying.delete(listener);
    },
  };
  const queries = new QueryClient({
    queryCache: new QueryCache({ onError: (error) => onFailure(error) }),
    defaultOptions: {
      queries: { retry: false, staleTime: 5000, networkMode: 'always' },
      mutations: { networkMode: 'always' },
    },
  });
  const router = createAppRouter();
  const onFailure = (error: unknown): void => {
    const { pathname, searchStr } = router.state.location;
    if (/^\/(sign-in|setup|join|answer)$/.test(pathname)) return;
    if (codeOf(error) === 'setup_required') void router.navigate({ to: '/setup' });
    if (!isSignedOut(error)) return;
    csrf.forget();
    void router.navigate({ to: '/sign-in', search: { to: pathname + searchStr } });
  };
  // Signing in or out in another tab counts here too.
  csrf.onChange(() => {
    if (csrf.get() === null) void router.navigate({ to: '/sign-in' });
    queries.clear();
  });
  // A phone that wakes up, a cable that is plugged in again: now, not at the end of the pause.
  for (const name of ['online', 'focus'] as const) window.addEventListener(name, connection.hurry);
  const root = page.getElementById('page');
  if (root === null) throw new Error('the page has no place to draw in');
  createRoot(root).render(<App connection={connection} queries={queries} router={router} />);
}
