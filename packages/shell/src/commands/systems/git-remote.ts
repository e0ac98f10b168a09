// git that talks to other machines: where it connects, what it sends, and which forms of a push take something away there.
import { addPath } from '../../paths.ts';
import { addUnknown } from '../../run.ts';
import type { Field } from '../../word.ts';
import { addDoes, type Words } from './does.ts';
import { optionsOf, type Read, readAll } from './options.ts';

const COMMON = '-q -v -4 -6 --quiet --verbose --progress --no-progress --ipv4 --ipv6 -o= --server-option=';
const FETCHING =
  '-a -k -p -P -t -n -f -u -j= --all --append --atomic --depth= --deepen= --shallow-since= --shallow-exclude= --unshallow --update-shallow --negotiation-tip= --dry-run --porcelain --no-write-fetch-head --force --keep --multiple --auto-gc --no-auto-gc --auto-maintenance --prune --prune-tags --tags --no-tags --refetch --refmap= --jobs= --recurse-submodules? --no-recurse-submodules --set-upstream --show-forced-updates --no-show-forced-updates --stdin --filter= --upload-pack!';
export const REMOTE: { readonly [subcommand: string]: string } = {
  push: `${COMMON} -n -f -d -u --all --branches --mirror --tags --follow-tags --delete --prune --force --force-with-lease? --force-if-includes --no-force-if-includes --no-force-with-lease --dry-run --porcelain --set-upstream --thin --no-thin --atomic --no-atomic --signed? --no-signed --push-option= --recurse-submodules= --no-recurse-submodules --verify --no-verify --repo= --receive-pack! --exec!`,
  fetch: `${COMMON} ${FETCHING}`,
  pull: `${COMMON} ${FETCHING} -r? -e -s= -X= -S? --rebase? --no-rebase --commit --no-commit --edit --no-edit --ff --no-ff --ff-only --log? --stat --no-stat --squash --no-squash --signoff --verify --no-verify --autostash --no-autostash --strategy= --strategy-option= --allow-unrelated-histories --gpg-sign? --no-gpg-sign --cleanup=`,
  clone: `${COMMON} -l -s -n -b= -j= -c= --local --no-hardlinks --shared --reference< --reference-if-able< --dissociate --no-checkout --bare --mirror --origin= --branch= --revision= --no-tags --tags --depth= --shallow-since= --shallow-exclude= --single-branch --no-single-branch --recurse-submodules? --recursive? --shallow-submodules --no-shallow-submodules --remote-submodules --sparse --reject-shallow --no-reject-shallow --filter= --also-filter-submodules --ref-format= --jobs= --separate-git-dir! --config= --upload-pack! -u! --template! --bundle-uri=`,
  'ls-remote': `${COMMON} -h -t --heads --branches --tags --refs --exit-code --sort= --symref --upload-pack! --exec!`,
};

export function walkRemoteGit(words: Words, subcommand: string, args: readonly Field[]): void {
  const { run, name } = words.invocation;
  const read = readAll(optionsOf(REMOTE[subcommand] ?? ''), args, { abbreviates: true });
  for (const { word, note } of read.untold) addUnknown(run, name, word.span, `\`git ${subcommand}\`: ${note}`);
  const own: Words = { ...words, path: subcommand, operands: read.operands, seen: read.seen };
  for (const { option, value, taking } of read.seen) {
    if (taking === 'program') addDoes(`execute inline-code ${subcommand} {${option}}`, own);
    if ((taking === 'read' || taking === 'write') && value !== undefined) addPath(run, taking, value, words.state);
  }
  switch (subcommand) {
    case 'push':
      walkPush(own, read);
      return;
    case 'clone':
      walkClone(own, read);
      return;
    case 'ls-remote':
      addRemote(own, read.operands[0]);
      return;
    default:
      walkFetchOrPull(own, read, subcommand);
  }
}

const hasOne = ({ seen }: Read, options: string): boolean =>
  seen.some(({ option }) => options.split(' ').includes(option));

/** A remote by its name, or the host of its address; a local folder is only read. */
function addRemote(words: Words, remote: Field | undefined, sends?: string): void {
  const { run } = words.invocation;
  const text = remote === undefined ? 'the usual remote' : remote.kind === 'text' ? remote.text : undefined;
  if (text === undefined || text.startsWith('-')) {
    addUnknown(run, '', remote?.span ?? [0, 0], '`git`: a remote that is not known');
    return;
  }
  // `ext::sh -c …` runs a command, and `x::` any program that is called git-remote-x (gitremote-helpers(7)).
  if (/^[a-z0-9][\w+.-]*::/i.test(text)) addDoes(`execute inline-code ${text.replace(/[{};]/g, ' ')}`, words);
  const host = hostOf(text);
  if (host === undefined && remote !== undefined && /^(?:file:\/\/|[./~])/.test(text)) {
    addPath(
      run,
      sends === undefined ? 'read' : 'write',
      { ...remote, kind: 'text', text: text.replace(/^file:\/\//, '') } as Field,
      words.state,
    );
    if (sends === undefined) return;
  }
  const target = host ?? (remote === undefined ? text : `remote ${text}`);
  addDoes(`connect ${target}`, words);
  if (sends !== undefined) addDoes(`send ${sends} ${target}`, words);
}

export function hostOf(text: string): string | undefined {
  const url = /^(?:[a-z][a-z0-9+.-]*::)?([a-z][a-z0-9+.-]*):\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^/:]+)(:\d+)?(?:\/|$)/i.exec(
    text,
  );
  if (url !== null) return url[1]?.toLowerCase() === 'file' ? undefined : `${url[2]}${url[3] ?? ''}`;
  return /^(?:[\w.-]+@)?([\w-]+(?:\.[\w-]+)+|\[[0-9a-f:]+\]):(?!:)/i.exec(text)?.[1];
}

function walkPush(words: Words, read: Read): void {
  const named = read.seen.find(({ option }) => option === '--repo')?.value;
  const [remote, ...refs] = read.operands;
  const where = remote ?? named;
  addRemote(words, where, 'commits');
  const shown = where?.kind === 'text' ? where.text : 'the usual remote';
  const what = refs.map((ref) => (ref.kind === 'unknown' ? '…' : ref.text)).join(' ') || 'what is set up';
  const takes = `delete remote-history ${shown} ${what}`.replace(/[{};]/g, ' ');
  // `--delete`, `:branch` and `+branch` take away what others have; so do `--mirror` and `--prune` (git-push(1)).
  const forced = hasOne(read, '-f --force --force-with-lease -d --delete --mirror --prune');
  const refspecs = refs.some((ref) => ref.kind === 'text' && /^[+:]./.test(ref.text));
  const untold = refs.some((ref) => ref.kind !== 'text') || read.untold.length > 0;
  if (forced || refspecs) addDoes(takes, words, read.untold.length > 0 ? 'possible' : 'certain');
  else if (untold) addDoes(takes, words, 'possible');
  if (remote?.kind === 'text' && /^[.~/]|^file:/.test(remote.text))
    addDoes('execute project-code hooks of the repository pushed to', words);
}

function walkClone(words: Words, read: Read): void {
  const { invocation, state } = words;
  const { run, span } = invocation;
  const [url, folder] = read.operands;
  addRemote(words, url);
  const name = url?.kind === 'text' ? /([^/:]+?)(?:\.git)?\/*$/.exec(url.text)?.[1] : undefined;
  if (folder !== undefined) addPath(run, 'write', folder, state, { recursive: true });
  else if (name !== undefined) addPath(run, 'write', { kind: 'text', text: name, span }, state, { recursive: true });
  for (const { value } of read.seen.filter(({ option }) => option === '-c' || option === '--config'))
    addDoes(`execute inline-code clone ${value?.kind === 'text' ? value.text.replace(/[{};]/g, ' ') : '…'}`, words);
  if (hasOne(read, '--recurse-submodules --recursive')) addDoes('connect? the submodules’ remotes', words);
  if (hasOne(read, '--bundle-uri')) addDoes('connect {--bundle-uri}', words);
}

function walkFetchOrPull(words: Words, read: Read, subcommand: string): void {
  const [from] = read.operands;
  addRemote(words, from);
  // A folder or a bundle here holds whatever was put there a moment ago, settings of an agent too.
  if (from?.kind === 'text' && hostOf(from.text) === undefined && /^(?:file:|[./~])|\/|\.bundle$/i.test(from.text))
    addDoes('write history {path} {*}', words);
  if (hasOne(read, '--all --multiple')) addDoes('connect every remote', words);
  addDoes('write~ history', words);
  const refs = read.operands.slice(1);
  if (hasOne(read, '-f --force') || refs.some((ref) => ref.kind === 'text' && /^\+?[^:]*:./.test(ref.text)))
    addDoes('delete history', words);
  if (subcommand !== 'pull') return;
  addDoes('write~ worktree', words);
}
