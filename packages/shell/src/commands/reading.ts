// Commands that read and print, with the options that are known to do no more than that. What is missing from an entry is
// missing on purpose: options that write, run a program, follow links below a folder, read a list of further files, or turn
// one command into another (`grep -d recurse`). An option that takes a value on one system and none on another is listed as
// one that may: what follows then counts as an operand.
import type { Spec } from './spec.ts';

/** Columns of `ps` that show nothing of an environment, with their headings. */
const COLUMN =
  '(?:%cpu|%mem|args|cmd|comm|command|cputime|egroup|etime|etimes|euser|gid|group|lstart|lwp|ni|nice|nlwp|pcpu|pgid|pid|pmem|ppid|pri|psr|rgroup|rss|ruser|s|sid|size|start|stat|state|stime|sz|time|tt|tty|ucmd|uid|user|vsize|vsz|wchan)(?:=[\\w ]*)?';
const COLUMNS = new RegExp(`^${COLUMN}(?:,${COLUMN})*$`);

const DIGEST: Spec = { options: '-b -t -z --binary --text --tag --zero', operands: 'read' };

export const READING: { readonly [name: string]: Spec } = {
  cat: {
    options:
      '-A -b -e -E -n -s -t -T -u -v --show-all --number --number-nonblank --squeeze-blank --show-ends --show-tabs',
    operands: 'read',
  },
  tac: { options: '-b -r -s= --before --regex --separator=', operands: 'read' },
  nl: { options: '-b= -d= -f= -h= -i= -l= -n= -p -s= -v= -w=', operands: 'read' },
  rev: { options: '', operands: 'read' },
  ls: {
    options:
      '-a -A -b -B -c -C -d -f -F -g -G -h -i -k -l -m -n -N -o -p -q -Q -r -R -s -S -t -u -U -v -x -X -Z -1 --all --almost-all --author --color? --directory --file-type --classify? --full-time --group-directories-first --human-readable --hide= --ignore= --inode --literal --no-group --numeric-uid-gid --recursive --reverse --size --sort= --time= --time-style= --width=',
    operands: 'read',
    alone: '.',
    recursive: '-R --recursive',
  },
  head: { options: '-n= -c= -q -v -z --lines= --bytes= --quiet --verbose', operands: 'read', numbers: true },
  tail: {
    options:
      '-n= -c= -q -v -z -f -F -r -s= --lines= --bytes= --quiet --verbose --follow? --pid= --retry --sleep-interval=',
    operands: 'read',
    numbers: true,
  },
  grep: {
    options:
      '-E -F -G -P -i -y -v -w -x -c -l -L -o -q -s -b -H -h -n -T -U -z -Z -r -a -I -e= -f< -m= -A= -B= -C= --color? --colour? --extended-regexp --fixed-strings --basic-regexp --perl-regexp --ignore-case --no-ignore-case --invert-match --word-regexp --line-regexp --count --files-with-matches --files-without-match --only-matching --quiet --silent --no-messages --byte-offset --with-filename --no-filename --line-number --initial-tab --null --null-data --text --binary-files= --recursive --include= --exclude= --exclude-dir= --regexp= --file< --max-count= --after-context= --before-context= --context? --line-buffered --label=',
    operands: 'text-read',
    insteadOfFirst: '-e -f --regexp --file',
    recursive: '-r --recursive',
    numbers: true,
    alone: '.',
    streams: true,
  },
  rg: {
    options:
      '-e= -f< -g= -t= -T= -A= -B= -C= -m= -M= -d= -j= -r= -i -S -s -v -w -x -c -l -n -N -o -q -u -F -P -U -0 -H -I -a -p --regexp= --file< --glob= --iglob= --type= --type-not= --after-context= --before-context= --context= --max-count= --max-columns= --max-depth= --maxdepth= --threads= --replace= --ignore-case --smart-case --case-sensitive --invert-match --word-regexp --line-regexp --count --count-matches --files --files-with-matches --files-without-match --line-number --no-line-number --only-matching --quiet --fixed-strings --pcre2 --multiline --multiline-dotall --hidden --no-ignore --no-ignore-vcs --no-config --null --heading --no-heading --with-filename --no-filename --text --pretty --color= --colors= --column --json --stats --sort= --sortr= --trim --type-list --vimgrep --no-messages --context-separator= --max-filesize= --passthru --byte-offset --binary --line-buffered --version',
    operands: 'text-read',
    insteadOfFirst: '-e -f --regexp --file --files --type-list --version',
    recursive: '*',
    alone: '.',
  },
  wc: { options: '-c -m -l -L -w --bytes --chars --lines --words --max-line-length', operands: 'read' },
  sort: {
    options:
      '-b -c -C -d -f -g -h -i -k= -m -M -n -R -r -s -t= -u -V -z -o> --key= --field-separator= --unique --reverse --numeric-sort --human-numeric-sort --version-sort --general-numeric-sort --ignore-case --stable --check? --merge --output> --zero-terminated --random-sort',
    operands: 'read',
  },
  uniq: {
    options:
      '-c -d -D -f= -i -s= -u -w= -z --count --repeated --unique --ignore-case --skip-fields= --skip-chars= --check-chars=',
    operands: 'read-one',
  },
  cut: {
    options:
      '-b= -c= -d= -f= -n -s -z --bytes= --characters= --delimiter= --fields= --complement --only-delimited --output-delimiter=',
    operands: 'read',
  },
  tr: { options: '-c -C -d -s -t --complement --delete --squeeze-repeats --truncate-set1', operands: 'text' },
  paste: { options: '-d= -s -z --delimiters= --serial', operands: 'read' },
  join: { options: '-1= -2= -a= -e= -i -j= -o= -t= -v= -z --header --check-order --nocheck-order', operands: 'read' },
  comm: { options: '-1 -2 -3 -z --check-order --nocheck-order --total --output-delimiter=', operands: 'read' },
  fold: { options: '-b -s -w= --bytes --spaces --width=', operands: 'read', numbers: true },
  expand: { options: '-i -t= --initial --tabs=', operands: 'read' },
  unexpand: { options: '-a -t= --all --first-only --tabs=', operands: 'read' },
  column: { options: '-t -s= -c= -x -n -N= -R= -o= -J --table --separator= --json --table-columns=', operands: 'read' },
  cmp: { options: '-b -l -s -n= -i= --silent --quiet --verbose --bytes= --print-bytes', operands: 'read' },
  diff: {
    options:
      '-a -b -B -c -C= -d -e -E -i -I= -n -N -p -q -s -t -T -u -U= -w -W= -y -Z --brief --context? --unified? --side-by-side --ignore-case --ignore-all-space --ignore-blank-lines --ignore-space-change --new-file --report-identical-files --strip-trailing-cr --color? --width= --suppress-common-lines --minimal --text --label= --to-file< --from-file<',
    operands: 'read',
  },
  stat: { options: '-c= -f -L -x --format= --printf= --file-system --dereference --terse', operands: 'read' },
  file: {
    options: '-b -i -I -k -N -r -0 --brief --mime --mime-type --mime-encoding --no-pad --keep-going',
    operands: 'read',
  },
  du: {
    options:
      '-a -b -c -d= -h -H -k -m -s -S -x --all --apparent-size --bytes --total --max-depth= --human-readable --summarize --si --one-file-system --exclude= --time? --block-size=',
    operands: 'read',
    alone: '.',
  },
  df: {
    options:
      '-a -B= -h -H -i -k -l -P -t= -T -x= --all --human-readable --inodes --local --portability --print-type --total --output? --type= --si',
    operands: 'read',
  },
  tree: {
    options:
      '-a -d -f -i -p -s -h -D -F -n -C -L= -I= -P= -r -t --dirsfirst --gitignore --noreport --prune --matchdirs --filelimit= --du',
    operands: 'read',
    alone: '.',
    recursive: '*',
  },
  strings: {
    options: '-a -f -n= -t= -o -e= --all --bytes= --radix= --encoding= --print-file-name',
    operands: 'read',
    numbers: true,
  },
  hexdump: { options: '-b -c -C -d -n= -o -s= -v -x --canonical --length= --skip= --no-squeezing', operands: 'read' },
  od: {
    options:
      '-A= -t= -N= -j= -v -w? -a -b -c -d -x -o -i -l --address-radix= --format= --read-bytes= --skip-bytes= --width?',
    operands: 'read',
  },
  xxd: { options: '-a -b -c= -e -g= -i -l= -p -ps -s= -u', operands: 'read-one' },
  base64: { options: '-d -D -i -w= --decode --ignore-garbage --wrap=', operands: 'read' },
  md5sum: DIGEST,
  sha1sum: DIGEST,
  sha256sum: DIGEST,
  sha512sum: DIGEST,
  shasum: { options: '-a= -b -t --algorithm= --binary --text', operands: 'read' },
  cksum: { options: '', operands: 'read' },
  basename: { options: '-a -s= -z --multiple --suffix= --zero', operands: 'text' },
  dirname: { options: '-z --zero', operands: 'text' },
  realpath: {
    options:
      '-e -m -L -P -q -s -z --canonicalize-existing --canonicalize-missing --logical --physical --quiet --strip --no-symlinks --relative-to= --relative-base= --zero',
    operands: 'read',
  },
  readlink: {
    options:
      '-e -f -m -n -q -s -v -z --canonicalize --canonicalize-existing --canonicalize-missing --no-newline --zero',
    operands: 'read',
  },
  jq: {
    options:
      '-a -c -C -e -j -M -n -r -R -s -S --arg== --argjson== --ascii-output --compact-output --color-output --exit-status --join-output --monochrome-output --null-input --raw-input --raw-output --slurp --sort-keys --tab --indent= --seq --stream --unbuffered',
    operands: 'text-read',
    // Modules are files that are read, wherever the filter says; `env` and `$ENV` hold secrets.
    never: /\b(?:import|include|modulemeta|env|ENV)\b/,
  },
  pwd: { options: '-L -P', operands: 'none' },
  whoami: { options: '', operands: 'none' },
  id: { options: '-a -g -G -n -r -u -z --group --groups --name --real --user', operands: 'text' },
  groups: { options: '', operands: 'text' },
  uname: {
    options: '-a -i -m -n -o -p -r -s -v --all --kernel-name --kernel-release --machine --operating-system',
    operands: 'none',
  },
  hostname: { options: '', operands: 'none' },
  nproc: { options: '--all --ignore=', operands: 'none' },
  arch: { options: '', operands: 'none' },
  tty: { options: '-s', operands: 'none' },
  uptime: { options: '-p -s', operands: 'none' },
  free: { options: '-b -k -m -g -h -t -w --human --mega --giga', operands: 'none' },
  date: {
    options: '-d= -I? -j -R -r< -u -v= --date= --iso-8601? --reference< --rfc-3339= --rfc-email --utc',
    operands: 'text',
    only: /^\+/,
  },
  cal: { options: '-1 -3 -j -m -s -y', operands: 'text' },
  which: { options: '-a -s --all', operands: 'text' },
  whereis: { options: '-b -m -s', operands: 'text' },
  sleep: { options: '', operands: 'text', only: /^[\d.]+[smhd]?$/ },
  seq: { options: '-f= -s= -w --format= --separator= --equal-width', operands: 'text' },
  ps: {
    options:
      '-a -A -d -e -f -F -j -l -L -o= -p= -u= -U= -w -x -C= -H --forest --no-headers --sort= --pid= --ppid= --user=',
    operands: 'text',
    // Without `e`, which shows every process's environment, alone or among other letters.
    only: /^[a-df-z0-9]+$/,
    values: { '-o': COLUMNS },
  },
  pgrep: { options: '-a -c -f -l -n -o -u= -x -i', operands: 'text' },
  lsof: { options: '-i? -n -P -p= -t -u=', operands: 'read' },
  locale: { options: '-a -m', operands: 'text' },
  getconf: { options: '-a', operands: 'text' },
};
