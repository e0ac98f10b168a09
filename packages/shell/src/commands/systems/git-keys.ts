// Keys that git shows out of a commit or its index. INVARIANT: what a path behind `rev:` or among pathspecs is, is told by its
// name, because nothing need lie there now.
import { pathResource } from '../../path-resource.ts';
import { addPath } from '../../paths.ts';
import type { Field } from '../../word.ts';
import { addDoes, type Words } from './does.ts';
import { repositoryFolder } from './git-repository.ts';

const SHOWING = /^(?:show|cat-file|diff|blame|grep|whatchanged|diff-tree|diff-index|diff-files|stash show)$/;
const PATCH = /^-(?:[a-z]*[pucmL]|[ULc]|-patch|-unified|-cc|-word-diff|-full-diff)/;

/** `log` and its like show names until they are asked for patches. */
export const showsContents = (subcommand: string, args: readonly Field[]): boolean =>
  SHOWING.test(subcommand) || args.some((word) => word.kind === 'text' && PATCH.test(word.text));

/** One of each form, for patterns that git matches itself. */
const KEYS =
  '.env .env.local .npmrc .netrc .pypirc .git-credentials id_rsa id_ed25519 x.pem x.key x.p12 credentials.json secrets.yml terraform.tfstate x.tfvars .bash_history'.split(
    ' ',
  );

/** What git may take as a path in one word: behind `rev:`, `:0:`, `:(top)`, `-L1,5:`; or all of it. */
const pathsIn = (text: string): readonly string[] =>
  [text, ...[...text.matchAll(/[:=]/g)].map(({ index }) => text.slice(index + 1))]
    .map((each) => each.replace(/^\([^)]*\)|^[/!^]+(?=[^/])/, ''))
    .filter((each) => each !== '');

function isKey(path: string, cwd: string, home: string): boolean {
  if (pathResource(path.startsWith('/') ? path : `${cwd}/${path}`, home) === 'credentials') return true;
  const name = path.slice(path.lastIndexOf('/') + 1);
  // A pattern without a letter means everything, which is no more than no path at all.
  if (!/[*?[]/.test(name) || !/[a-z]/i.test(name)) return false;
  const source = name
    .replace(/[.+^${}()|\\\]]/g, '\\$&')
    .replace(/\[[^\]]*/g, '.*')
    .replace(/(?<!\.)\*+/g, '.*')
    .replaceAll('?', '.');
  return KEYS.some((key) => new RegExp(`^${source}$`, 'i').test(key));
}

export function addNamedKeys(words: Words, args: readonly Field[]): void {
  const { run } = words.invocation;
  const cwd = words.state.cwds?.[0] ?? '/';
  const folder = repositoryFolder(run, cwd) ?? cwd;
  for (const word of args) {
    if (word.kind === 'unknown' || /^https?:/.test(word.text)) continue;
    const found = pathsIn(word.text).find((path) => isKey(path, folder, run.facts.home));
    if (found === undefined) continue;
    if (/[*?[{};]/.test(found)) addDoes(`read credentials ${found.replace(/[{};]/g, ' ')}`, words);
    else
      addPath(
        run,
        'read',
        { kind: 'text', text: found.startsWith('/') ? found : `${folder}/${found}`, span: word.span },
        words.state,
      );
  }
}
