// How the pages are built: from packages/web to packages/web/dist, hashed, with nothing from elsewhere and nothing inline.
import { resolve } from 'node:path';
import { build, type InlineConfig } from 'vite';
import { inRoot } from './run.ts';

/** The daemon puts a fresh nonce in its place in each page it serves. */
const NONCE_PLACEHOLDER = '__CSP_NONCE__';

export const webConfig: InlineConfig = {
  configFile: false,
  root: inRoot('packages', 'web'),
  base: '/',
  logLevel: 'error',
  // No placeholder on a development server: there is no daemon that would fill it.
  html: { cspNonce: NONCE_PLACEHOLDER },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // Whatever is inlined would need a policy that lets things be inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
    manifest: true,
    rolldownOptions: {
      input: {
        page: resolve(inRoot('packages', 'web'), 'index.html'),
      },
      output: {
        // What every page needs comes in a few files and not in seventy; what only one page needs stays with it.
        // INVARIANT: src/app/strict.ts runs before the first library is loaded: what the entry needs is a file of its own.
        codeSplitting: {
          groups: [
            {
              name: 'first',
              test: /preload-helper|rolldown[:/]runtime|src\/app\/(strict|theme-choice)\.ts/,
              priority: 10,
            },
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler|@tanstack)\// },
            { name: 'contract', test: /(node_modules\/zod|packages\/(contract|client))\// },
            { name: 'icons', test: /node_modules\/lucide-react\// },
            { name: 'kit', test: /packages\/web\/src\/(kit|connection|shell|approval)\/(?!code-editor)/ },
          ],
        },
      },
    },
  },
};

export async function buildWeb(): Promise<void> {
  await build(webConfig);
}
