// Commands that read files or their input and print. What is missing from an entry is missing on purpose: options that write,
// run a program, follow links below a folder, read a list of further files, or turn one command into another (`grep -d
// recurse`). An option that takes a value on one system and none on another is listed as one that may: what follows then
// counts as an operand. Sources: the manual pages of GNU coreutils, grep, diffutils, util-linux, of FreeBSD and macOS,
// ripgrep; GTFOBins.
import type { Spec } from '../spec.ts';

const GREP: Spec = {
  // Not `-d`, `-D`, `-S`, `-O` (what is done with folders and links) and `--exclude-from`.
  options:
    '-E -F -G -P -i -y -v -w -x -c -l -L -o -q -s -b -H -h -n -T -u -U -z -Z -r -R -a -I -e= -f< -m= -A= -B= -C= --color? --colour? --extended-regexp --fixed-strings --basic-regexp --perl-regexp --ignore-case --no-ignore-case --invert-match --word-regexp --line-regexp --count --files-with-matches --files-without-match --only-matching --quiet --silent --no-messages --byte-offset --with-filename --no-filename --line-number --initial-tab --null --null-data --binary --unix-byte-offsets --text --binary-files= --recursive --dereference-recursive --include= --exclude= --exclude-dir= --regexp= --file< --max-count= --after-context= --before-context= --context? --line-buffered --label= --group-separator= --no-group-separator -V --version --help',
  operands: 'text-read',
  insteadOfFirst: '-e -f --regexp --file -V --version --help',
  recursive: '-r --recursive -R --dereference-recursive',
  follows: '-R --dereference-recursive',
  numbers: true,
  alone: '.',
  streams: true,
};
const ZGREP: Spec = {
  ...GREP,
  options: GREP.options.replace(' -r -R ', ' ').replace(' --recursive --dereference-recursive', ''),
  recursive: '',
};
const CAT: Spec = {
  options:
    '-A -b -e -E -l -n -s -t -T -u -v --show-all --number --number-nonblank --squeeze-blank --show-ends --show-tabs --show-nonprinting',
  operands: 'read',
};

export const TEXT: { readonly [name: string]: Spec } = {
  cat: CAT,
  gcat: CAT,
  // Calculates; what it is given as files is read. Not `dc`, whose `!` runs commands.
  bc: { options: '-h -i -l -q -s -v -w -S= --help --mathlib --quiet --standard --version --warn', operands: 'read' },
  xmllint: {
    // Not `--output`, `--shell`, and what fetches or opens what a document names.
    options:
      '--xpath= --format --noout --nonet --html --pretty= --recover --encode= --noblanks --nowarning --huge --version',
    operands: 'read',
    needs: '--nonet --xpath --noout --format',
  },
  tac: { options: '-b -r -s= --before --regex --separator=', operands: 'read' },
  nl: {
    options:
      '-b= -d= -f= -h= -i= -l= -n= -p -s= -v= -w= --body-numbering= --section-delimiter= --footer-numbering= --header-numbering= --line-increment= --join-blank-lines= --number-format= --no-renumber --number-separator= --starting-line-number= --number-width=',
    operands: 'read',
  },
  rev: { options: '-0 --zero', operands: 'read' },
  head: {
    options: '-n= -c= -q -v -z --lines= --bytes= --quiet --silent --verbose --zero-terminated',
    operands: 'read',
    numbers: true,
  },
  tail: {
    options:
      '-n= -c= -b= -q -v -z -f -F -r -s= --lines= --bytes= --quiet --silent --verbose --follow? --pid= --retry --sleep-interval= --max-unchanged-stats= --zero-terminated',
    operands: 'read',
    numbers: true,
  },
  grep: GREP,
  egrep: GREP,
  fgrep: GREP,
  ggrep: GREP,
  zgrep: ZGREP,
  zegrep: ZGREP,
  zfgrep: ZGREP,
  bzgrep: ZGREP,
  xzgrep: ZGREP,
  rg: {
    options:
      '-e= -f< -g= -t= -T= -A= -B= -C= -m= -M= -d= -j= -r= -i -S -s -v -w -x -c -l -n -N -o -q -u -F -P -U -0 -H -I -L -a -p -b --regexp= --file< --glob= --iglob= --type= --type-not= --after-context= --before-context= --context= --max-count= --max-columns= --max-columns-preview --max-depth= --maxdepth= --threads= --replace= --ignore-case --smart-case --case-sensitive --invert-match --word-regexp --line-regexp --count --count-matches --include-zero --files --files-with-matches --files-without-match --line-number --no-line-number --only-matching --quiet --fixed-strings --pcre2 --multiline --multiline-dotall --hidden --no-hidden --no-ignore --no-ignore-vcs --no-ignore-parent --no-ignore-dot --no-ignore-global --no-config --null --null-data --crlf --heading --no-heading --with-filename --no-filename --text --pretty --color= --colors= --column --no-column --json --stats --sort= --sortr= --trim --type-list --vimgrep --no-messages --follow --no-follow --context-separator= --field-match-separator= --field-context-separator= --max-filesize= --passthru --byte-offset --binary --line-buffered --block-buffered --one-file-system --no-pre --no-search-zip --mmap --no-mmap --encoding= --engine= --version --help',
    operands: 'text-read',
    insteadOfFirst: '-e -f --regexp --file --files --type-list --version --help',
    recursive: '*',
    follows: '-L --follow',
    alone: '.',
  },
  ag: {
    options:
      '-A= -B= -C= -c -G= -g= -i -l -L -m= -n -o -Q -s -S -u -v -w -0 -a -t -U --ackmate --after= --before= --context= --count --nocolor --color --column --depth= --file-search-regex= --files-with-matches --files-without-matches --group --nogroup --heading --noheading --hidden --ignore= --ignore-case --ignore-dir= --invert-match --literal --max-count= --nofilename --filename --nonumbers --numbers --only-matching --print-long-lines --smart-case --stats --unrestricted --vimgrep --word-regexp --width=',
    operands: 'text-read',
    insteadOfFirst: '-g',
    recursive: '*',
    alone: '.',
  },
  wc: { options: '-c -m -l -L -w --bytes --chars --lines --words --max-line-length --total=', operands: 'read' },
  sort: {
    // Not `--compress-program`, `--files0-from`, `-T` (where it writes what does not fit).
    options:
      '-b -c -C -d -f -g -h -i -k= -m -M -n -R -r -s -S= -t= -u -V -z -o> --key= --field-separator= --unique --reverse --numeric-sort --human-numeric-sort --version-sort --general-numeric-sort --month-sort --dictionary-order --ignore-leading-blanks --ignore-nonprinting --ignore-case --stable --check? --merge --output> --zero-terminated --random-sort --sort= --parallel= --batch-size= --buffer-size= --debug --random-source<',
    operands: 'read',
    values: { '--random-source': /^\/dev\/u?random$/ },
  },
  uniq: {
    options:
      '-c -d -D -f= -i -s= -u -w= -z --all-repeated? --group? --count --repeated --unique --ignore-case --skip-fields= --skip-chars= --check-chars= --zero-terminated',
    operands: 'read-write',
    numbers: true,
  },
  cut: {
    options:
      '-b= -c= -d= -f= -n -s -w -z --bytes= --characters= --delimiter= --fields= --complement --only-delimited --output-delimiter= --zero-terminated',
    operands: 'read',
  },
  tr: {
    options: '-c -C -d -s -t -u --complement --delete --squeeze-repeats --truncate-set1',
    operands: 'text',
    inert: true,
  },
  paste: { options: '-d= -s -z --delimiters= --serial --zero-terminated', operands: 'read' },
  join: {
    options:
      '-1= -2= -a= -e= -i -j= -o= -t= -v= -z --header --check-order --nocheck-order --ignore-case --zero-terminated',
    operands: 'read',
  },
  comm: {
    options: '-1 -2 -3 -i -f -z --check-order --nocheck-order --total --output-delimiter= --zero-terminated',
    operands: 'read',
  },
  fold: { options: '-b -s -w= --bytes --spaces --width=', operands: 'read', numbers: true },
  fmt: {
    options:
      '-c -s -t -u -w= -p= -g= --crown-margin --prefix= --split-only --tagged-paragraph --uniform-spacing --width= --goal=',
    operands: 'read',
    numbers: true,
  },
  zless: { options: '', operands: 'read', never: /^\+/ },
  pr: {
    options:
      '-a -c -d -D= -e? -F -f -h= -i? -J -l= -m -n? -N= -o= -r -s? -S? -t -T -v -w= -W= --across --columns= --double-space --date-format= --header= --join-lines --length= --merge --number-lines? --first-line-number= --indent= --no-file-warnings --separator? --omit-header --omit-pagination --show-nonprinting --width= --page-width= --pages=',
    operands: 'read',
    numbers: true,
  },
  expand: { options: '-i -t= --initial --tabs=', operands: 'read', numbers: true },
  unexpand: { options: '-a -t= --all --first-only --tabs=', operands: 'read' },
  column: {
    options:
      '-t -s= -c= -d -e -H= -i= -J -L -l= -n -N= -O= -o= -p= -r= -R= -T= -W= -x --table --separator= --json --table-columns= --table-name= --table-hide= --table-right= --table-truncate= --table-wrap= --table-order= --table-noheadings --output-separator= --output-width= --fillrows --tree= --tree-id= --tree-parent= --keep-empty-lines',
    operands: 'read',
  },
  colrm: { options: '', operands: 'text', inert: true },
  col: { options: '-b -f -h -l= -p -x', operands: 'none' },
  look: {
    options: '-a -b -d -f -t= --alternative --binary --alphanum --ignore-case --terminate=',
    operands: 'text-read',
  },
  tsort: { options: '', operands: 'read' },
  cmp: {
    options: '-b -h -l -s -x -z -n= -i= --silent --quiet --verbose --bytes= --print-bytes --ignore-initial=',
    operands: 'read',
  },
  diff: {
    options:
      '-a -b -B -c -C= -d -e -E -f -F= -H -i -I= -l -n -N -p -q -r -s -t -T -u -U= -v -w -W= -x= -y -Z --brief --context? --unified? --side-by-side --ignore-case --ignore-all-space --ignore-blank-lines --ignore-space-change --ignore-tab-expansion --ignore-trailing-space --ignore-matching-lines= --new-file --unidirectional-new-file --report-identical-files --strip-trailing-cr --color? --palette= --width= --left-column --suppress-common-lines --minimal --speed-large-files --text --label= --normal --ed --rcs --paginate --expand-tabs --initial-tab --tabsize= --show-c-function --show-function-line= --horizon-lines= --exclude= --recursive --no-dereference --to-file< --from-file<',
    operands: 'read',
    recursive: '-r --recursive',
    follows: '-r --recursive',
    numbers: true,
  },
  diff3: {
    // Not `--diff-program`.
    options:
      '-A -e -E -3 -x -X -i -m -a -T -L= --show-all --ed --show-overlap --easy-only --overlap-only --merge --text --strip-trailing-cr --initial-tab --label=',
    operands: 'read',
  },
  sdiff: {
    options:
      '-i -E -b -W -B -a -l -s -t -w= -d --ignore-case --ignore-all-space --left-column --suppress-common-lines --width= --text',
    operands: 'read',
  },
  colordiff: { options: '-u -c -y -w -b -i -B -N', operands: 'read' },
  file: {
    // Not `-f` and `-m` (lists and rules from files), `-C` (writes), `-z` and `-Z` (run other programs).
    options:
      '-b -d -E -h -i -I -k -l -L -N -n -p -r -s -v -0 -F= -e= -P= --brief --extension --exclude= --mime --mime-type --mime-encoding --no-pad --no-buffer --keep-going --dereference --no-dereference --raw --separator= --print0 --apple --version',
    operands: 'read',
  },
  strings: {
    options:
      '-a -d -f -n= -t= -o -e= -T= -w -s= --all --data --bytes= --radix= --encoding= --print-file-name --target= --include-all-whitespace --output-separator=',
    operands: 'read',
    numbers: true,
  },
  hexdump: {
    // Not `-f`, a format from a file.
    options:
      '-b -c -C -d -e= -n= -o -s= -v -x --canonical --length= --skip= --no-squeezing --one-byte-octal --one-byte-char --two-bytes-decimal --two-bytes-octal --two-bytes-hex --color?',
    operands: 'read',
  },
  hd: { options: '-b -c -C -d -n= -o -s= -v -x', operands: 'read' },
  od: {
    options:
      '-A= -t= -N= -j= -S? -v -w? -a -b -B -c -d -D -e -f -F -h -H -i -I -l -L -o -O -s -x -X --address-radix= --format= --read-bytes= --skip-bytes= --strings? --output-duplicates --width? --endian= --traditional',
    operands: 'read',
  },
  xxd: {
    // With `-r` it turns text into bytes; either way a second operand is written.
    options: '-a -b -c= -C -d -e -E -g= -i -l= -n= -o= -p -ps -plain -postscript -r -revert -s= -u -R=',
    operands: 'read-write',
  },
  base64: {
    options: '-b= -d -D -i< -o> -w= --break= --decode --ignore-garbage --wrap= --input< --output>',
    operands: 'read',
  },
  base32: { options: '-d -w= --decode --ignore-garbage --wrap=', operands: 'read' },
  basenc: {
    options:
      '-d -i -w= --base64 --base64url --base32 --base32hex --base16 --base2msbf --base2lsbf --z85 --base58 --decode --ignore-garbage --wrap=',
    operands: 'read',
  },
  uuencode: { options: '-m -r', operands: 'read' },
  // To an agent pagers print: nobody is at the keys. Not `-o` (writes), `-k` (settings), `-t`, `-T`, and words that begin with
  // `+`, which are commands.
  less: {
    options:
      '-a -c -C -d -e -E -f -F -g -G -i -I -K -m -M -n -N -q -r -R -s -S -u -U -w -X --quit-if-one-screen --no-init --RAW-CONTROL-CHARS --chop-long-lines --LINE-NUMBERS --ignore-case',
    operands: 'read',
    never: /^\+/,
  },
  more: { options: '-d -f -l -c -p -s -u -e', operands: 'read', never: /^\+/, numbers: true },
  zcat: { options: '-f -q -v -l', operands: 'read' },
  gzcat: { options: '-f -q -v -l', operands: 'read' },
  bzcat: { options: '-s -v -q', operands: 'read' },
  bz2cat: { options: '-s -v -q', operands: 'read' },
  xzcat: { options: '-q -v -f -T= --quiet --verbose', operands: 'read' },
  lzcat: { options: '-q -v -f --quiet --verbose', operands: 'read' },
  zstdcat: { options: '-q -v -f', operands: 'read' },
  lz4cat: { options: '-q -v', operands: 'read' },
  zdiff: { options: '-u -c -q -i -w -b', operands: 'read' },
  zcmp: { options: '-s -l', operands: 'read' },
  jq: {
    // Not `-f`, `-L`, `--slurpfile`, `--rawfile` (other files), `-i` of its kin.
    options:
      '-a -c -C -e -j -M -n -r -R -s -S -h -V --arg== --argjson== --ascii-output --compact-output --color-output --exit-status --join-output --monochrome-output --null-input --raw-input --raw-output --raw-output0 --slurp --sort-keys --tab --indent= --seq --stream --unbuffered --version --help',
    operands: 'text-read',
    // Modules are files that are read, wherever the filter says; `env` and `$ENV` hold secrets.
    never: /\b(?:import|include|modulemeta|env|ENV|input_filename|get_search_list)\b/,
  },
  iconv: {
    options:
      '-f= -t= -c -l -s -o> --from-code= --to-code= --list --silent --output> --verbose --byte-subst= --unicode-subst=',
    operands: 'read',
  },
  enca: { options: '-L= -g -i -m -n -r -f -e --language= --guess --iconv-name', operands: 'read' },
  uchardet: { options: '', operands: 'read' },
  nm: {
    options:
      '-a -A -B -C -D -f= -g -l -n -o -p -P -r -S -s -u -U -v -t= --debug-syms --print-file-name --demangle? --dynamic --format= --extern-only --line-numbers --numeric-sort --no-sort --portability --reverse-sort --print-size --print-armap --undefined-only --defined-only --size-sort --radix=',
    operands: 'read',
    alone: 'a.out',
  },
  size: { options: '-A -B -G -d -o -x -t --format= --radix= --totals --common', operands: 'read', alone: 'a.out' },
  readelf: {
    options:
      '-a -h -l -S -g -t -e -s -n -r -u -d -V -A -c -D -L -I -W -x= -p= -R= --all --file-header --program-headers --segments --section-headers --sections --section-details --headers --syms --symbols --dyn-syms --notes --relocs --unwind --dynamic --version-info --arch-specific --histogram --wide --hex-dump= --string-dump= --demangle?',
    operands: 'read',
  },
  objdump: {
    options:
      '-a -C? -d -D -f -F -g -G -h -H -i -l -p -r -R -s -t -T -w -x -z -j= -m= -M= -b= --archive-headers --file-headers --private-headers --section-headers --headers --all-headers --disassemble? --disassemble-all --full-contents --debugging --syms --dynamic-syms --reloc --dynamic-reloc --section= --architecture= --target= --demangle? --line-numbers --wide --start-address= --stop-address= --no-show-raw-insn --disassembler-options= --no-addresses',
    operands: 'read',
  },
  tokei: {
    options: '-f -C -s= -o= -e= -t= --files --sort= --output= --exclude= --type= --hidden',
    operands: 'read',
    alone: '.',
    recursive: '*',
    values: { '-o': /^(?:json|yaml|cbor)$/, '--output': /^(?:json|yaml|cbor)$/ },
  },
};
