// Providers, outermost first. The theme reads the nonce from the page, so that its one style tag is allowed.
import { MantineProvider } from '@mantine/core';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { type Connection, ConnectionProvider } from '../connection/context.tsx';
import './mantine-styles.ts';
import type { AppRouter } from './router.tsx';
import { nonceOf } from './strict.ts';
import { theme, themeVariables } from './theme.ts';
import { storedTheme, themeManager } from './theme-choice.ts';

const manager = themeManager(localStorage);

export function App({
  connection,
  queries,
  router,
}: {
  readonly connection: Connection;
  readonly queries: QueryClient;
  readonly router: AppRouter;
}) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={themeVariables}
      defaultColorScheme={storedTheme(localStorage)}
      colorSchemeManager={manager}
      getStyleNonce={() => nonceOf(document)}
    >
      <QueryClientProvider client={queries}>
        <ConnectionProvider value={connection}>
          <RouterProvider router={router} />
        </ConnectionProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
