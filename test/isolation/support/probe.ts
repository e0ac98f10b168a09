// A program in an agent's place that attacks: it reads what to try from its project, tries each, and writes down what it got. It asks
// no gate, so that whatever stops it is what stands around it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type Attack =
  | { readonly kind: 'read'; readonly path: string }
  | { readonly kind: 'list'; readonly path: string }
  | { readonly kind: 'append'; readonly path: string }
  | { readonly kind: 'create'; readonly path: string }
  | { readonly kind: 'replace'; readonly path: string }
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'signal'; readonly pid: number };

/** JavaScript, for `isolatedAgent`. `got`: what the attack was for was had. */
export const PROBE = `
const fs = await import('node:fs');
const net = await import('node:net');
const meet = (to) => new Promise((resolve, reject) => {
  const socket = net.connect(to);
  socket.setTimeout(5000, () => reject(new Error('silent')));
  socket.once('connect', () => { socket.destroy(); resolve('connected'); });
  socket.once('error', reject);
});
const ways = {
  read: ({ path }) => 'bytes ' + fs.readFileSync(path).length,
  list: ({ path }) => 'names ' + fs.readdirSync(path).length,
  // It must be there already: what a confined program makes in folders of its own is its own.
  append: ({ path }) => fs.closeSync(fs.openSync(path, 'r+')),
  create: ({ path }) => { fs.writeFileSync(path, '', { flag: 'wx' }); fs.rmSync(path); },
  replace: ({ path }) => { fs.renameSync(path, path + '.x'); fs.renameSync(path + '.x', path); },
  socket: ({ path }) => meet({ path }),
  tcp: ({ host, port }) => meet({ host, port }),
  signal: ({ pid }) => process.kill(pid, 0),
};
const seen = {};
for (const [name, attack] of Object.entries(JSON.parse(fs.readFileSync('attacks.json', 'utf8'))))
  try {
    seen[name] = { got: true, text: String(await ways[attack.kind](attack)) };
  } catch (error) {
    seen[name] = { got: false, text: String(error.code ?? error.message) };
  }
fs.writeFileSync('seen.json', JSON.stringify(seen));
`;

export interface Seen {
  readonly got: boolean;
  /** What it got, or the error. */
  readonly text: string;
}

/** In the project of the agent, before it is started. */
export const aim = (project: string, attacks: Readonly<Record<string, Attack>>): void =>
  writeFileSync(join(project, 'attacks.json'), JSON.stringify(attacks));

/** What it wrote down; it did nothing where there is none. */
export const seenIn = (project: string): Readonly<Record<string, Seen>> =>
  JSON.parse(readFileSync(join(project, 'seen.json'), 'utf8')) as Readonly<Record<string, Seen>>;
