// Commands that tell names, sizes and times of files and nothing of what is in them. What is missing from an entry is missing
// on purpose: options that read a list of files, write, or run a program. Sources: the manual pages of GNU coreutils,
// findutils and tree, of FreeBSD and macOS, of util-linux; GTFOBins.
import type { Spec } from '../spec.ts';

const LS: Spec = {
  // GNU and BSD letters together: none of either does more than choose what is printed. `-I`, `-T`, `-w` and `-D` take a
  // value on one side only, so they are left out where that would hide an operand.
  options:
    '-a -A -b -B -c -C -d -e -f -F -g -G -h -H -i -k -l -L -m -n -N -o -O -p -q -Q -r -R -s -S -t -u -U -v -W -x -X -y -Z -@ -% -1 --all --almost-all --author --block-size= --color? --context --dereference --dereference-command-line --directory --dired --escape --file-type --classify? --format= --full-time --group-directories-first --hide-control-chars --human-readable --hide= --hyperlink? --ignore= --ignore-backups --indicator-style= --inode --kibibytes --literal --no-group --numeric-uid-gid --quote-name --quoting-style= --recursive --reverse --show-control-chars --si --size --sort= --tabsize= --time= --time-style= --width= --zero',
  operands: 'read',
  alone: '.',
  recursive: '-R --recursive',
  resource: 'names',
  inert: true,
};

export const LISTING: { readonly [name: string]: Spec } = {
  ls: LS,
  dir: LS,
  vdir: LS,
  gls: LS,
  ll: { ...LS, options: '' },
  exa: {
    options:
      '-1 -a -l -R -T -L= -h -i -g -d -F -r -s= -t= -x -G -m -u -U -S -B -b -H -n --all --long --recurse --tree --level= --header --inode --group --list-dirs --classify? --reverse --sort= --time= --color= --colour= --icons? --no-icons --group-directories-first --git --git-ignore --only-dirs --only-files --long --grid --oneline --binary --bytes --links --blocks --modified --created --accessed --changed --time-style= --no-permissions --no-filesize --no-user --no-time',
    operands: 'read',
    alone: '.',
    recursive: '-R -T --recurse --tree',
    resource: 'names',
  },
  stat: {
    options: '-c= -f -F -l -L -n -q -r -s -t? -x --format= --printf= --file-system --dereference --terse --cached=',
    operands: 'read',
    resource: 'names',
    inert: true,
  },
  du: {
    options:
      '-0 -a -A -b -B= -c -d= -D -g -h -H -k -l -L -m -n -P -r -s -S -t= -x --null --all --apparent-size --block-size= --bytes --count-links --dereference-args --total --max-depth= --human-readable --inodes --no-dereference --separate-dirs --summarize --si --threshold= --time-style= --one-file-system --exclude= --time?',
    operands: 'read',
    alone: '.',
    recursive: '*',
    resource: 'names',
  },
  df: {
    options:
      '-a -b -B= -c -g -h -H -i -I -k -l -m -n -P -t= -T -v -x= -Y --all --block-size= --human-readable --inodes --local --no-sync --portability --print-type --total --output? --type= --exclude-type= --si --sync',
    operands: 'read',
    resource: 'names',
    inert: true,
  },
  tree: {
    // Not `-o` (writes), `--fromfile`, `--info` and `--gitfile` (read), `-H` (a page); `-l` follows links, which shows names.
    options:
      '-a -d -f -i -p -s -h -u -g -D -F -q -N -Q -n -C -A -S -J -X -L= -I= -P= -r -t -c -U -v -l -x --dirsfirst --filesfirst --gitignore --noreport --prune --matchdirs --ignore-case --filelimit= --filelimit --du --si --sort? --timefmt= --inodes --device --charset= --metafirst',
    operands: 'read',
    alone: '.',
    recursive: '*',
    resource: 'names',
  },
  pwd: { options: '-L -P --logical --physical', operands: 'none' },
  realpath: {
    options:
      '-e -m -L -P -q -s -z --canonicalize-existing --canonicalize-missing --logical --physical --quiet --strip --no-symlinks --relative-to= --relative-base= --zero',
    operands: 'read',
    resource: 'names',
    inert: true,
  },
  readlink: {
    options:
      '-e -f -m -n -q -s -v -z --canonicalize --canonicalize-existing --canonicalize-missing --no-newline --quiet --silent --verbose --zero',
    operands: 'read',
    resource: 'names',
    inert: true,
  },
  namei: {
    options: '-l -m -n -o -v -x --long --modes --owners --vertical --mountpoints',
    operands: 'read',
    resource: 'names',
    inert: true,
  },
  lsattr: {
    options: '-R -V -a -d -l -p -v',
    operands: 'read',
    alone: '.',
    recursive: '-R',
    resource: 'names',
    inert: true,
  },
  getfacl: {
    options:
      '-a -d -c -e -E -s -R -L -P -t -p -n --access --default --omit-header --absolute-names --numeric --recursive --tabular',
    operands: 'read',
    recursive: '-R --recursive',
    resource: 'names',
    inert: true,
  },
  mountpoint: { options: '-q -d -x --quiet --fs-devno --nofollow', operands: 'read', resource: 'names', inert: true },
  findmnt: {
    options:
      '-a -A -b -c -C -D -d= -e -f -g -i -J -k -l -M= -n -N= -o= -O= -P -r -R -s -S= -T= -t= -U -u -v --all --ascii --bytes --df --evaluate --first-only --json --kernel --list --noheadings --output= --output-all --pairs --raw --real --pseudo --source= --target= --mountpoint= --types= --options= --tree --verify --submounts --uniq',
    operands: 'text',
  },
  lsblk: {
    options:
      '-A -a -b -D -d -e= -E= -f -i -I= -J -l -M -m -N -n -o= -O -P -p -r -S -s -t -T? -v -w= -x= -z --all --ascii --bytes --discard --exclude= --fs --include= --inverse --json --list --merge --nodeps --noheadings --nvme --output= --output-all --pairs --paths --perms --raw --scsi --sort= --topology --tree? --width= --zoned --version',
    operands: 'read',
    resource: 'names',
    inert: true,
  },
  // Its database is named by `-d`; another one is only read.
  locate: {
    options:
      '-0 -A -b -c -d< -e -E -H -i -l= -L -n= -p -P -q -r= -s -S -w --null --all --basename --count --database< --existing --ignore-case --limit= --nofollow --follow --quiet --regexp= --regex --statistics --wholename',
    operands: 'text',
  },
  plocate: {
    options:
      '-0 -A -b -c -d< -e -i -l= -N -p -r= -w --null --all --basename --count --database< --existing --ignore-case --limit= --literal --regexp= --regex --wholename',
    operands: 'text',
  },
  which: {
    // Not `-i`, `--read-alias` and `--read-functions`, which read more from their input.
    options: '-a -s --all --skip-dot --skip-tilde --show-dot --show-tilde --tty-only --skip-alias --skip-functions',
    operands: 'text',
    inert: true,
  },
  whereis: { options: '-b -m -s -u -l -g', operands: 'text', inert: true },
  fuser: {
    options: '-a -c -f -l -m -n= -u -v -4 -6 --all --mount --namespace= --user --verbose',
    operands: 'read',
    resource: 'names',
  },
  lsof: {
    // Not `-r` with a command, `-D` (its device cache), `-A`.
    options:
      '-a -b -c= -C -d= -g? -h -i? -K? -l -L -M -n -N -o? -P -p= -R -s? -S? -t -T? -u= -U -v -V -w -X -Z? -Q +d= +D= +L? -F?',
    operands: 'read',
    resource: 'names',
  },
};
