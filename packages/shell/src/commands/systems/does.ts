// From the text of a table to effects: `delete cluster {*}` with the words of one command.
import { type EffectKind, type PathFact, RESOURCES, type Resource } from '@castellan/contract';
import { readUrl } from '../../host.ts';
import { effectOnHost, hostEffect } from '../../host-effect.ts';
import type { Invocation } from '../../invocation.ts';
import { addPath, type PathKind } from '../../paths.ts';
import { add, type Found, shorten } from '../../run.ts';
import type { State } from '../../state.ts';
import type { Field } from '../../word.ts';
import { repositoryFolder } from './git-repository.ts';
import type { Seen } from './options.ts';
import type { Does } from './table.ts';

export interface Words {
  readonly invocation: Invocation;
  readonly state: State;
  /** The subcommand as it was read. */
  readonly path: string;
  readonly operands: readonly Field[];
  readonly seen: readonly Seen[];
}

const CODE: ReadonlySet<string> = new Set(['project-code', 'package-code', 'downloaded-code', 'inline-code']);
const OF_A_REPOSITORY: ReadonlySet<string> = new Set(['history', 'worktree', 'repository']);
/** Buckets and addresses among words that may be paths too. */
const ELSEWHERE = /^[a-z][a-z0-9+.-]+:\/\//i;
const isResource = (text: string | undefined): text is Resource => RESOURCES.some((each) => each === text);
const wordOf = (field: Field): string => (field.kind === 'unknown' ? '…' : field.text);

/** What stands for one `{…}`: fields, because paths keep their spans and patterns. */
function fieldsFor(name: string, { invocation, operands, seen, path }: Words): readonly Field[] {
  const { span } = invocation;
  if (name === 'path') return [{ kind: 'text', text: path, span }];
  if (name === 'tool') return [{ kind: 'text', text: invocation.name, span }];
  const position = /^(\d*)(\*?)$/.exec(name);
  if (position !== null) {
    const at = Number(position[1] ?? '0');
    return position[2] === '*' ? operands.slice(at) : operands.slice(at, at + 1);
  }
  return seen.flatMap(({ option, value }) => (name.split(' ').includes(option) && value !== undefined ? [value] : []));
}

const fill = (template: string, words: Words): string =>
  template
    .replace(/\{([^}]+)\}/g, (_, name: string) => fieldsFor(name, words).map(wordOf).join(' '))
    .replace(/ +/g, ' ')
    .trim();

export function addDoes(does: Does, words: Words, certainty: 'certain' | 'possible' = 'certain'): void {
  for (const each of does.split('; ')) if (each !== '') addOne(each, words, certainty);
}

function addOne(text: string, words: Words, asked: 'certain' | 'possible'): void {
  const { invocation, state, path, operands } = words;
  const { run, name, span } = invocation;
  const [head = '', ...rest] = text.split(' ');
  const kind = head.replace(/[?~]$/, '') as EffectKind;
  const certainty = head.endsWith('?') ? 'possible' : asked;
  const resource = isResource(rest[0]) ? rest[0] : undefined;
  const template = (resource === undefined ? rest : rest.slice(1)).join(' ');
  if (template.startsWith('@')) {
    const only = /^@\{([^}]+)\}$/.exec(template)?.[1];
    const fields: readonly Field[] =
      only === undefined
        ? [{ kind: 'text', text: fill(template.slice(1), words).replace(/^~(?=\/)/, run.facts.home), span }]
        : fieldsFor(only, words);
    const options = certainty === 'certain' ? {} : ({ certainty } as const);
    for (const field of fields)
      if (!(field.kind === 'text' && ELSEWHERE.test(field.text))) addPath(run, kind as PathKind, field, state, options);
    return;
  }
  const whole = [name, path, ...operands.map(wordOf)].filter(Boolean).join(' ');
  const target = shorten(fill(template, words) || whole);
  const undoable = head.endsWith('~') ? { undoable: true } : {};
  const about = { ...(resource === undefined ? {} : { resource }), ...undoable, span };
  if (kind === 'connect' || kind === 'send') {
    const targets = template === '{address}' ? addresses(operands) : [target];
    for (const each of targets) add(run, { ...addressed(kind, each, certainty), ...about });
    return;
  }
  // Shown apart from what is done to the same thing as something else: `secret x` read from a cluster, and read as a secret.
  const apart = run.effects.some(
    (each) => each.kind === kind && each.target === target && each.resource !== resource && resource !== undefined,
  );
  const untold = kind === 'unknown' || (resource !== undefined && CODE.has(resource));
  const place =
    template === '' && resource !== undefined && OF_A_REPOSITORY.has(resource) ? repositoryOf(words) : undefined;
  if (place !== undefined) {
    const worktree = resource === 'worktree';
    const own = worktree ? place.path : `${place.path}/.git`;
    const where = { target: own, targetKind: 'path', place: place.place } as const;
    add(run, { kind, ...where, certainty, ...(worktree ? { recursive: true } : {}), ...about, note: whole });
    return;
  }
  const found: Found = {
    kind,
    target: apart ? `${target} (${resource})` : target,
    targetKind: kind === 'execute' || kind === 'escalate' ? 'command' : 'text',
    certainty: untold ? 'unknown' : certainty,
    ...about,
    ...(kind === 'unknown' ? { note: target } : {}),
  };
  add(run, found);
}

/** The folder whose repository a command means. Nothing where that cannot be told. */
function repositoryOf({ invocation: { run }, state }: Words): PathFact | undefined {
  const [cwd, ...others] = state.cwds ?? [];
  if (cwd === undefined || others.length > 0) return undefined;
  return run.facts.resolvePath(repositoryFolder(run, cwd) ?? '.', { cwd, workspace: run.workspace });
}

/** `nc host port …`: each port is one of its own, and a range of them is no address that could be told. */
function addresses(operands: readonly Field[]): readonly string[] {
  const words = operands.map(wordOf);
  const sockets = words.flatMap((word) => SOCKET.exec(word)?.[1] ?? []);
  if (sockets.length > 0) return sockets;
  const [host = '…', ...ports] = words;
  const bare = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return ports.length === 0 ? [host] : ports.map((port) => `${bare}:${port}`);
}

/** An address as socat writes it: `TCP:host:port,option`. */
const SOCKET = /^(?:TCP|UDP|UDPLITE|SCTP|DCCP|OPENSSL|SSL)[46]?(?:-CONNECT|-DATAGRAM|-SENDTO|-DTLS-CLIENT)?:([^,]+)/i;
/** As httpie lets one write it: `:9999/x` is this machine. */
const HERE = /^(?:(?:localhost|127\.[\d.]+|0\.0\.0\.0|\[::1?\])(?::\d+)?|:\d+)(?:[/?#]|$)/i;

/** Words with blanks are no host: they say what a person should read where the command names none. */
function addressed(kind: 'connect' | 'send', target: string, certainty: 'certain' | 'possible'): Omit<Found, 'span'> {
  if (HERE.test(target)) {
    const here = readUrl(`http://${target.startsWith(':') ? 'localhost' : ''}${target}`);
    if (here.kind === 'host') return { ...effectOnHost(kind, here.host), certainty };
  }
  const unresolved = {
    kind,
    target,
    targetKind: kind === 'connect' ? 'host' : 'recipient',
    place: 'unresolved',
    certainty,
  } as const;
  const named = !/\s|^(?!https?:|ftp:|ssh:|wss?:|rediss?:|mongodb|amqp)[a-z0-9+-]+:\/\//i.test(target);
  if (!named || !/[.:]|^localhost$/.test(target) || /^[^:/]+@[^:/]+$/.test(target)) return unresolved;
  const url = target.includes('://') ? readUrl(target) : undefined;
  const effect = url?.kind === 'host' ? effectOnHost(kind, url.host) : hostEffect(kind, target);
  if (effect.certainty === 'unknown') return unresolved;
  return certainty === 'possible' && effect.certainty === 'certain' ? { ...effect, certainty } : effect;
}
