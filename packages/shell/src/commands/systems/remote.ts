// ssh and what copies over it. A host is named as `user@host`; options can start a program here (ssh_config(5)).
import { hostEffect } from '../../host-effect.ts';
import { addExecute, type Invocation } from '../../invocation.ts';
import { addPath } from '../../paths.ts';
import { add, addUnknown, shorten } from '../../run.ts';
import { bothWays, type Flow } from '../../state.ts';
import type { Field } from '../../word.ts';
import { optionsOf, readAll, type Seen } from './options.ts';

const SSH =
  '-4 -6 -A -a -C -f -G -g -K -k -M -N -n -q -s -T -t -v -V -X -x -Y -y -B= -b= -c= -D= -E> -e= -F! -I! -i< -J= -L= -l= -m= -O= -o= -P= -p= -Q= -R= -S! -W= -w=';
const SCP = '-3 -4 -6 -A -B -C -O -p -q -R -r -s -T -v -c= -D! -F! -i< -J= -l= -o= -P= -S! -X= -b< -a -f -N';
const RSYNC =
  '-a -A -b -c -C -d -D -E -F -g -h -H -i -I -k -K -l -L -m -n -N -o -O -p -P -q -r -R -s -S -t -u -U -v -W -x -X -y -z -0 -1 -4 -6 -8 -B= -e! -f= -M! -T> --rsh! --rsync-path! --remote-option! --archive --verbose --quiet --progress --info= --debug= --stats --dry-run --recursive --relative --update --inplace --append --append-verify --dirs --links --copy-links --copy-unsafe-links --safe-links --copy-dirlinks --keep-dirlinks --hard-links --perms --executability --chmod= --acls --xattrs --owner --group --devices --specials --times --omit-dir-times --super --fake-super --sparse --preallocate --whole-file --one-file-system --block-size= --existing --ignore-existing --remove-source-files --remove-sent-files --delete --delete-before --delete-during --delete-delay --delete-after --delete-excluded --delete-missing-args --del --ignore-errors --force --max-delete= --max-size= --min-size= --partial --partial-dir> --delay-updates --prune-empty-dirs --numeric-ids --usermap= --groupmap= --chown= --timeout= --contimeout= --ignore-times --size-only --modify-window= --temp-dir> --fuzzy --compare-dest< --copy-dest< --link-dest< --compress --compress-level= --skip-compress= --filter= --exclude= --exclude-from< --include= --include-from< --files-from< --from0 --protect-args --secluded-args --address= --port= --sockopts= --blocking-io --8-bit-output --human-readable --itemize-changes --out-format= --log-file> --log-file-format= --password-file< --list-only --bwlimit= --write-batch> --only-write-batch> --read-batch< --protocol= --iconv= --checksum --checksum-choice= --cvs-exclude --backup --backup-dir> --suffix= --no-motd --mkpath --open-noatime --atimes --crtimes --outbuf= --early-input< --munge-links --no-perms --no-owner --no-group --no-times --trust-sender --version --help --no-o --no-g --no-p --no-links --no-inc-recursive --no-r --no-D --no-compress --no-whole-file --exclude-if-present=';

/** Settings of ssh that only say how; any other one may name a program (`ProxyCommand`, `LocalCommand`, `KnownHostsCommand`, `Include`). */
const HARMLESS =
  /^(?:StrictHostKeyChecking|UserKnownHostsFile|ConnectTimeout|BatchMode|ServerAlive\w+|LogLevel|User|Port|IdentitiesOnly|Compression|PasswordAuthentication|PubkeyAuthentication|PreferredAuthentications|NumberOfPasswordPrompts|TCPKeepAlive|Ciphers|MACs|KexAlgorithms|HostKeyAlgorithms|AddressFamily|RequestTTY|ConnectionAttempts|ForwardAgent|ControlPersist|CheckHostIP|ExitOnForwardFailure)\s*[=\s]/i;

function addSettings({ run, name, state, span }: Invocation, seen: readonly Seen[]): void {
  for (const { option, value, taking } of seen) {
    const plain = value?.kind === 'text' && /^ssh(?: -p ?\d+| -i ?[\w./~-]+| -[46qCT])*$/.test(value.text);
    if (taking === 'program' && !plain)
      addUnknown(
        run,
        value?.kind === 'text' ? value.text : '',
        span,
        `\`${name}\`: \`${option}\` names a program or a file of settings`,
      );
    if ((taking === 'read' || taking === 'write') && value !== undefined) addPath(run, taking, value, state);
    if (option === '-o' && !(value?.kind === 'text' && HARMLESS.test(value.text)))
      addUnknown(run, name, span, `\`${name}\`: a setting that may name a program to run`);
    if (option === '-J' && value?.kind === 'text')
      for (const hop of value.text.split(',')) add(run, { ...hostEffect('connect', hop.replace(/^.*@/, '')), span });
    if (/^-[DLRW]$/.test(option) && name === 'ssh')
      add(run, {
        kind: 'write',
        target: `${option} ${value?.kind === 'text' ? value.text : '…'}`,
        targetKind: 'text',
        resource: 'network',
        span,
      });
  }
}

const hostOf = (text: string): string =>
  text
    .replace(/^ssh:\/\//, '')
    .replace(/^[^@]*@/, '')
    .replace(/\/.*$/, '');

export function walkSsh(invocation: Invocation): Flow {
  const { run, name, args, span, state } = invocation;
  const read = readAll(optionsOf(SSH), args, { inner: 1 });
  addExecute(run, name, span);
  if (read.seen.some(({ option }) => option === '-V' || option === '-Q')) return bothWays(state);
  for (const { word, note } of read.untold) addUnknown(run, name, word.span, `\`${name}\`: ${note}`);
  addSettings(invocation, read.seen);
  const [host] = read.operands;
  if (host?.kind !== 'text') addUnknown(run, name, span, `\`${name}\`: a host that is not known`);
  else add(run, { ...hostEffect('connect', hostOf(host.text)), span });
  const command = read.inner.map((word) => (word.kind === 'unknown' ? '…' : word.text)).join(' ');
  const target = shorten(`${host?.kind === 'text' ? hostOf(host.text) : 'host'}: ${command || 'a shell'}`);
  // What runs over there is not this machine's: the words are shown, and whoever reads them decides.
  if (!read.seen.some(({ option }) => option === '-N' || option === '-G'))
    add(run, {
      kind: 'execute',
      target,
      targetKind: 'command',
      certainty: 'unknown',
      resource: 'inline-code',
      span,
      note: 'runs on another machine',
    });
  return bothWays(state);
}

/** `host:path`, `user@host:path`, `scheme://host/path`; a name with a slash before the colon is a path here. */
function remoteOf(text: string): string | undefined {
  const url = /^(?:scp|sftp|rsync|ssh):\/\/(?:[^@/]*@)?([^/:]+|\[[^\]]+\])/i.exec(text)?.[1];
  return url ?? /^(?:[^/:@]*@)?([\w.-]+|\[[0-9a-f:]+\])::?(?!\/\/)/i.exec(text)?.[1];
}

export function walkCopyTo(invocation: Invocation): Flow {
  const { run, name, args, span, state } = invocation;
  const read = readAll(optionsOf(name === 'rsync' ? RSYNC : SCP), args, { abbreviates: name === 'rsync' });
  const has = (pattern: RegExp): boolean => read.seen.some(({ option }) => pattern.test(option));
  addExecute(run, name, span);
  if (has(/^(?:--version|--help|-V)$/)) return bothWays(state);
  for (const { word, note } of read.untold) addUnknown(run, name, word.span, `\`${name}\`: ${note}`);
  addSettings(invocation, read.seen);
  const moved = bothWays({ ...state, pathsMoved: true });
  const hosts = (word: Field): string | undefined => (word.kind === 'text' ? remoteOf(word.text) : undefined);
  if (name === 'sftp') {
    const [word] = read.operands;
    const host =
      word === undefined ? undefined : (hosts(word) ?? (word.kind === 'text' ? hostOf(word.text) : undefined));
    add(run, { ...hostEffect('connect', host ?? '?'), span });
    add(run, { ...hostEffect('send', host ?? '?'), certainty: 'possible', resource: 'api', span });
    addUnknown(run, name, span, '`sftp` does what it reads from its input');
    return moved;
  }
  const destination = read.operands.length > 1 ? read.operands.at(-1) : undefined;
  const sources = destination === undefined ? read.operands : read.operands.slice(0, -1);
  const recursive = name === 'rsync' ? has(/^(?:-a|-r|--archive|--recursive|-d|--dirs)$/) : has(/^-r$/);
  for (const word of sources) {
    const host = hosts(word);
    if (host !== undefined) add(run, { ...hostEffect('connect', host), span: word.span });
    else addPath(run, 'read', word, state, recursive ? { recursive } : {});
    if (has(/^--remove-s/)) {
      if (host === undefined) addPath(run, 'delete', word, state, { recursive: true });
      else add(run, { kind: 'delete', target: host, targetKind: 'text', resource: 'cloud', span });
    }
  }
  const dry = has(/^(?:-n|--dry-run|--list-only)$/) && name === 'rsync';
  if (destination === undefined || dry) return bothWays(state);
  const to = hosts(destination);
  const deletes = has(/^--(?:del|delete.*)$/);
  if (to !== undefined) {
    for (const kind of ['connect', 'send'] as const)
      add(run, {
        ...hostEffect(kind, to),
        ...(kind === 'send' ? { resource: 'api' as const } : {}),
        span: destination.span,
      });
    if (deletes) add(run, { kind: 'delete', target: `files on ${to}`, targetKind: 'text', resource: 'cloud', span });
    return bothWays(state);
  }
  addPath(run, 'write', destination, state, recursive ? { recursive: true } : {});
  if (deletes) addPath(run, 'delete', destination, state, { recursive: true });
  return moved;
}
