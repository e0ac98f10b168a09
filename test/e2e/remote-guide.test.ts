// The recipes of docs/guide/remote.md: each configuration is one that Castellan takes, and opens what the text says.
import { readFileSync } from 'node:fs';
import { parseConfig } from '@castellan/contract';
import { parseStrictYaml } from '@castellan/facts';
import { inRoot, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { wantedRemote } from '../../packages/daemon/src/http/remote/settings.ts';

const guide = readFileSync(inRoot('docs', 'guide', 'remote.md'), 'utf8');
/** The heading a block stands under, and the block. */
const recipes = guide
  .split(/^## /m)
  .slice(1)
  .flatMap((part) => {
    const title = part.split('\n', 1)[0] ?? '';
    return [...part.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => ({ title, text: match[1] ?? '' }));
  });

function settingsOf(text: string) {
  const yaml = parseStrictYaml(text, 'config.yaml');
  const config = yaml.ok ? parseConfig(yaml.value.value) : yaml;
  if (!config.ok) throw new Error(`${JSON.stringify(config.faults)}\n${text}`);
  const wanted = wantedRemote(config.value.remote);
  if (wanted.kind !== 'on') throw new Error(`${JSON.stringify(wanted)}\n${text}`);
  return wanted.settings;
}

verifies(['N6', 'N2'], 'every recipe is a configuration that opens the listener for people', () => {
  expect(recipes.length).toBe(7);
  const titles = new Set(recipes.map(({ title }) => title));
  expect([...titles]).toEqual(['Your own certificate', 'Tailscale', 'SSH', 'A reverse proxy', 'Cloudflare Tunnel']);
  for (const { title, text } of recipes) {
    expect(text, title).toMatch(/^# config\.yaml\n/);
    const settings = settingsOf(text);
    // TLS is ours, or somebody's who is named; never nobody's.
    expect((settings.tls === null) !== (settings.proxies.length === 0), title).toBe(true);
  }
});

verifies(['N6'], 'a tunnel or proxy of this machine is handed a listener that only this machine reaches', () => {
  for (const { title, text } of recipes.filter(({ title }) => /Tailscale|Cloudflare|SSH/.test(title)))
    expect(settingsOf(text).host, title).toBe('127.0.0.1');
  for (const { title, text } of recipes) {
    const { proxies, host, port } = settingsOf(text);
    if (proxies.includes('127.0.0.1')) expect(host, title).toBe('127.0.0.1');
    // What the recipe hands the proxy is where Castellan then is.
    expect(guide, title).toContain(String(port));
  }
});
