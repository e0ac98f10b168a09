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
    },
  },
};

export async function buildWeb(): Promise<void> {
  await build(webConfig);
}
