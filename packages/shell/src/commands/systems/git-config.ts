// Settings of git. INVARIANT: a setting that is not listed as harmless may name a program (git-config(1): aliases, pagers,
// editors, filters, helpers, hooks, transports), so setting it is running code that is not known.
import { addPath } from '../../paths.ts';
import { addUnknown } from '../../run.ts';
import type { Field } from '../../word.ts';
import { addDoes, type Words } from './does.ts';
import { addAddresses } from './git-addresses.ts';
import { optionsOf, readAll } from './options.ts';

/** Settings whose values are names, numbers, colours or choices. */
const HARMLESS =
  /^(?:user\.(?:name|email|useconfigonly)|author\.\w+|committer\.\w+|init\.defaultbranch|advice\.\w+|color\.[\w.-]+|column\.\w+|core\.(?:quotepath|autocrlf|eol|safecrlf|filemode|ignorecase|precomposeunicode|abbrev|symlinks|longpaths|compression|commentchar|bigfilethreshold|preloadindex|untrackedcache|whitespace)|commit\.(?:gpgsign|verbose|cleanup|status)|tag\.(?:gpgsign|sort)|pull\.(?:rebase|ff)|push\.(?:default|autosetupremote|followtags)|fetch\.(?:prune|prunetags|parallel|writecommitgraph)|rebase\.(?:autostash|autosquash|updaterefs|stat|missingcommitscheck)|rerere\.(?:enabled|autoupdate)|merge\.(?:conflictstyle|ff|stat|renames|renamelimit)|diff\.(?:algorithm|colormoved|colormovedws|renames|renamelimit|mnemonicprefix|noprefix|context|submodule|wserrorhighlight|suppressblankempty|stat\w*)|log\.(?:date|abbrevcommit|decorate|follow|showroot)|status\.\w+|branch\.(?:autosetup\w+|sort)|branch\..+\.(?:merge|rebase|description)|blame\.\w+|grep\.\w+|help\.autocorrect|gc\.(?:auto|autodetach)|index\.\w+|feature\.\w+|protocol\.version|http\.postbuffer|pack\.\w+|format\.(?:pretty|signoff)|i18n\.\w+|versionsort\.suffix|stash\.\w+|submodule\.recurse|checkout\.\w+)$/i;

export const isHarmlessSetting = (text: string): boolean => HARMLESS.test(text.split('=')[0] ?? '');

const OPTIONS =
  '-l -z -f> -e -t= --global --system --local --worktree --file> --blob= --get --get-all --get-regexp --get-urlmatch --get-color --get-colorbool --list --name-only --show-origin --show-scope --null --type= --bool --int --path --default= --includes --no-includes --add --replace-all --unset --unset-all --rename-section --remove-section --edit --all --value= --fixed-value --regexp --url= --append --comment=';
const READING = '-l --list --get --get-all --get-regexp --get-urlmatch --get-color --get-colorbool';

export function walkConfig(words: Words, args: readonly Field[]): void {
  const { invocation, state } = words;
  const { run, name, span } = invocation;
  const read = readAll(optionsOf(OPTIONS), args, { abbreviates: true });
  for (const { word, note } of read.untold) addUnknown(run, name, word.span, `\`git config\`: ${note}`);
  const has = (options: string): boolean => read.seen.some(({ option }) => options.split(' ').includes(option));
  const [first, ...others] = read.operands;
  const verb =
    first?.kind === 'text' && /^(?:list|get|set|unset|edit|rename-section|remove-section)$/.test(first.text)
      ? first.text
      : undefined;
  const operands = verb === undefined ? read.operands : others;
  const reads =
    has(READING) ||
    verb === 'list' ||
    verb === 'get' ||
    (verb === undefined &&
      operands.length === 1 &&
      !has('--unset --unset-all --edit -e --remove-section --add --replace-all'));
  const file = read.seen.find(({ option }) => option === '-f' || option === '--file')?.value;
  if (file !== undefined) addPath(run, reads ? 'read' : 'write', file, state);
  if (reads && !has('--edit -e')) {
    if (has('--global')) home(words, 'read');
    // Everything, or whatever matches, is every token too.
    const all = has('-l --list --get-regexp --get-urlmatch') || verb === 'list' || has('--regexp');
    // A value may hold a token: `url.https://token@host.insteadOf`, `http.extraHeader`.
    if (
      all ||
      operands.some(
        (word) =>
          word.kind !== 'text' || /extraheader|credential|token|pass|secret|proxy|insteadof|cookie/i.test(word.text),
      )
    )
      addDoes('read credentials git config', words);
    else if (operands.some((word) => word.kind === 'text' && /url$/i.test(word.text))) addAddresses(words);
    return;
  }
  if (has('--global')) home(words, 'write');
  else if (has('--system')) addPath(run, 'write', { kind: 'text', text: '/etc/gitconfig', span }, state);
  else if (file === undefined) addDoes('write repository', words);
  if (has('--edit -e') || verb === 'edit') addDoes('execute inline-code the editor that is configured', words);
  const [key] = operands;
  const removes = has('--unset --unset-all --remove-section --rename-section') || /^(?:unset|re)/.test(verb ?? '');
  if (!removes && !(key?.kind === 'text' && isHarmlessSetting(key.text)))
    addDoes('execute inline-code git setting {*}', { ...words, operands });
}

function home({ invocation: { run, span }, state }: Words, kind: 'read' | 'write'): void {
  addPath(run, kind, { kind: 'text', text: `${run.facts.home}/.gitconfig`, span }, state);
}
