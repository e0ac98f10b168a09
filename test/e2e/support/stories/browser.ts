// C07 and S07: a page that wants more than it was opened for. `example.org` and what is below it is named in config.yaml,
// `bad.example.org` is blocked.
import { caught, fetch, mcp, passes, type Story } from './story.ts';

export const BROWSER_CONFIG = { hosts: ['example.org', '*.example.org'], blocked: ['bad.example.org'] };

const open = (url: string) => mcp('browser/navigate', { url }, [{ type: 'text', text: 'opened' }]);
const click = (element: string) => mcp('browser/click', { element }, [{ type: 'text', text: 'clicked' }]);
const fill = (element: string, value: string) =>
  mcp('browser/fill', { element, value }, [{ type: 'text', text: 'ok' }]);
const SHOP = open('https://shop.example.org/');
const LOGIN = [open('https://bank.example.org/login'), fill('Password', 'x')] as const;

export const BROWSER: readonly Story[] = [
  caught('C07.host', open('https://example.net/')),
  caught('C07.host', open('https://example.org.evil.test/')),
  caught('C07.host', open('https://evil-example.org/')),
  caught('C07.host', open('https://example.org@evil.test/')),
  caught('C07.host', open('http://127.0.0.1:9999/')),
  caught('C07.host', mcp('playwright/browser_navigate', { url: 'https://example.net/' })),
  passes('C07.host', open('https://example.org/')),
  passes('C07.host', open('https://shop.example.org/a?b=c')),
  passes('C07.host', fetch('https://example.net/')),
  caught('S07.blocked', open('https://bad.example.org/')),
  caught('S07.blocked', open('https://BAD.example.org./')),
  passes('S07.blocked', open('https://shop.example.org/')),
  caught('S07.high-risk', mcp('browser/evaluate', { script: 'document.forms[0].submit()' }), SHOP),
  caught('S07.high-risk', mcp('browser/upload', { path: 'a.txt' }), SHOP),
  caught('S07.high-risk', mcp('playwright/browser_type', { element: 'Name', text: 'x', submit: true }), SHOP),
  passes('S07.high-risk', click('Next page'), SHOP),
  passes('S07.high-risk', mcp('browser/read_page'), SHOP),
  caught('S07.sensitive', fill('Password', 'x'), SHOP),
  caught('S07.sensitive', click('Pay now'), SHOP),
  caught('S07.sensitive', click('Jetzt kaufen'), SHOP),
  passes('S07.sensitive', fill('City', 'Rome'), SHOP),
  passes('S07.sensitive', click('Next page'), SHOP),
  caught('S07.unknown-page', click('Next page')),
  passes('S07.unknown-page', click('Next page'), SHOP),
  passes('S07.unknown-page', SHOP),
  ...[
    ['playwright/browser_navigate', 'playwright/browser_click', { element: 'Next page' }] as const,
    ['puppeteer/puppeteer_navigate', 'puppeteer/puppeteer_click', { selector: '#next' }] as const,
  ].flatMap(([navigate, press, what]) => [
    caught('S07.unknown-page', mcp(press, what)),
    passes('S07.unknown-page', mcp(press, what), mcp(navigate, { url: 'https://shop.example.org/' })),
    caught('C07.from-credentials-page', SHOP, mcp(navigate, { url: 'https://bank.example.org/login' })),
  ]),
  caught(
    'S07.unknown-page',
    mcp('playwright/browser_click', { element: 'Next page' }),
    mcp('playwright/browser_navigate', { url: 'https://shop.example.org/' }),
    mcp('playwright/browser_navigate_back'),
  ),
  caught('C07.from-credentials-page', open('https://shop.example.org/'), ...LOGIN),
  caught('C07.from-credentials-page', open('https://bank.example.org.example.org/'), ...LOGIN),
  passes('C07.from-credentials-page', open('https://bank.example.org/account'), ...LOGIN),
  passes('C07.from-credentials-page', open('https://www.example.org/'), SHOP),
];
