// `node tools/icons.ts`: the icons of the installed page as PNG, drawn by Chromium from public/icon.svg. Run it by hand after
// the drawing changed; what it makes is committed.
import { readFileSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { inRoot } from './lib/run.ts';

const PUBLIC = inRoot('packages', 'web', 'public');
/** `inset`: a maskable icon is cut to a circle by some launchers, so that its drawing keeps away from the edge. */
const ICONS = [
  { file: 'icon-180.png', size: 180, inset: 0 },
  { file: 'icon-192.png', size: 192, inset: 0 },
  { file: 'icon-512.png', size: 512, inset: 0 },
  { file: 'icon-maskable-512.png', size: 512, inset: 0.1 },
] as const;

const drawing = readFileSync(`${PUBLIC}/icon.svg`, 'utf8');
const background = /<rect[^>]* fill="(#[0-9a-f]{6})"/.exec(drawing)?.[1];
if (background === undefined) throw new Error('`icon.svg` has no background');

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
for (const { file, size, inset } of ICONS) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const edge = Math.round(size * inset);
  const full = inset > 0 || file === 'icon-180.png' ? `background:${background};` : '';
  await page.setContent(
    `<body style="margin:0;${full}"><div style="width:${size - 2 * edge}px;padding:${edge}px">${drawing}</div></body>`,
  );
  writeFileSync(`${PUBLIC}/${file}`, await page.screenshot({ omitBackground: true }));
  await page.close();
}
await browser.close();
