// Where an authorization server sends a person's browser back (M6). INVARIANT: the page is one of three that are written
// here; nothing of the request stands in it, and it loads, runs and links to nothing.
import type { Returned, SignIns } from '../../modules/index.ts';
import type { Handlers } from '../server.ts';

const page = (title: string, text: string): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title} · Castellan</title></head>
<body><main><h1>${title}</h1><p>${text}</p></main></body>
</html>
`;

const PAGES: Readonly<Record<Returned['kind'], { readonly status: number; readonly html: string }>> = {
  'signed-in': {
    status: 200,
    html: page('Signed in', 'Castellan keeps the sign-in in its vault. You can close this page.'),
  },
  unknown: {
    status: 400,
    html: page('Not a sign-in', 'Nobody waits for this sign-in. It may be older than ten minutes: begin it again.'),
  },
  failed: {
    status: 400,
    html: page('Not signed in', 'The sign-in failed. The activity in Castellan says why. You can close this page.'),
  },
};

export function moduleCallbackHandlers(signIns: SignIns): Pick<Handlers, 'moduleCallback'> {
  return {
    async moduleCallback({ params, request, reply }) {
      const { searchParams } = new URL(request.raw.url ?? '/', 'http://127.0.0.1');
      const { status, html } = PAGES[(await signIns.returned(params.issuer ?? '', searchParams)).kind];
      await reply.code(status).type('text/html; charset=utf-8').send(html);
    },
  };
}
