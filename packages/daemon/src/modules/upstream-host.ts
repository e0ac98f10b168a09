// What running servers are given of the daemon's rooms: time, secrets for their start, and a place in the ledger.
import type { FilledIn, McpModules, ServerNote, UpstreamHost } from '@castellan/gateway';
import type { ModulesHost } from './host.ts';

const PLACE = /\$\{secret:([^}]*)\}/g;

/** All or nothing: a server that is started with half of its secrets would say the others are wrong. */
async function fillIn(
  { parts: { vault } }: ModulesHost,
  module: string,
  values: Readonly<Record<string, string>>,
  host: string | null,
): Promise<FilledIn> {
  const names = new Set(
    Object.values(values).flatMap((value) => [...value.matchAll(PLACE)].map(([, name]) => name ?? '')),
  );
  const secrets = new Map<string, string>();
  for (const name of names) {
    const answer = await vault.useSecret({ name, by: { kind: 'module', name: module }, host });
    if (!answer.ok) return { ok: false, why: `${answer.message}: ${answer.hint}` };
    secrets.set(name, answer.value);
  }
  const filled = Object.entries(values).map(([key, value]) => [
    key,
    value.replace(PLACE, (place, name: string) => secrets.get(name) ?? place),
  ]);
  return { ok: true, values: Object.fromEntries(filled) as Record<string, string> };
}

/** What the registry is told of servers. */
export interface Heard {
  heard(note: ServerNote): void;
  wantsSignIn(module: string): void;
}

export function upstreamHost(
  host: ModulesHost,
  modules: McpModules,
  registry: Heard,
  walls: UpstreamHost['walls'],
): UpstreamHost {
  const { clock, redactor, records } = host.parts;
  return {
    clock: {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      after: (ms, run) => clock.after(ms, run),
      every: (ms, run) => clock.every(ms, run),
      random: (bytes) => clock.random(bytes),
    },
    modules,
    env: host.env,
    folder: (module) => host.parts.folders.server(module),
    walls,
    fillIn: (module, values, to) => fillIn(host, module, values, to),
    hideText: (text) => redactor.text(text),
    // Not awaited: a log that fails raises its own alarm and stops the next call.
    note(note: ServerNote) {
      const { module, change, text } = note;
      registry.heard(note);
      records
        .record({
          kind: 'module',
          at: clock.now(),
          module,
          change,
          by: 'gateway',
          text: redactor.text(text).slice(0, 2000),
        })
        .catch(() => undefined);
    },
    wantsSignIn: (module) => registry.wantsSignIn(module),
    signIn: (module, start) => host.signIns?.provider(module, start),
  };
}
