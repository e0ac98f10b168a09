// Interpreters, with the options that stand before their program. An option that is missing makes the whole use untold.
// Sources: the manual pages of python, node, perl, ruby, php, lua, deno, bun, osascript, pwsh, tclsh, Rscript; GTFOBins.
export interface Interpreter {
  readonly language: string;
  readonly options: string;
  /** The program stands behind one of these. */
  readonly code: string;
  /** With one of these it only says what it is. */
  readonly tells: string;
  /** A module stands behind one of these. */
  readonly module?: string;
  /** With one of these a file is read and not run. */
  readonly checks?: string;
}

const PYTHON: Interpreter = {
  language: 'python',
  options: '-B -E -I -O -OO -P -s -S -u -v -q -b -d -W= -X= -c= -m= -V --version -h --help',
  code: '-c',
  tells: '-V --version -h --help',
  module: '-m',
};
const other = (language: string, code: string, tells: string, options = ''): Interpreter => ({
  language,
  options: `${options} ${code
    .split(' ')
    .filter(Boolean)
    .map((option) => `${option}=`)
    .join(' ')} ${tells}`,
  code,
  tells,
});
const NODE: Interpreter = {
  ...other('node', '-e -p -pe --eval --print', '-v --version -h --help --v8-options'),
  options:
    '-e= -p= -pe= --eval= --print= -v --version -h --help --v8-options -c --check --no-warnings --trace-warnings --enable-source-maps --max-old-space-size= --experimental-strip-types --input-type=',
  checks: '-c --check',
};

export const INTERPRETERS: { readonly [name: string]: Interpreter } = {
  python: PYTHON,
  pypy: PYTHON,
  node: NODE,
  nodejs: NODE,
  perl: other('perl', '-e -E', '-v -V --version', '-w -W -c -n -p -l -a -s -t -T -u -U -i? -0? -F= -M= -m= -I='),
  ruby: other('ruby', '-e', '--version -v', '-w -W? -c -n -p -l -a -s -i? -r= -I='),
  php: {
    // Not `-i`: it shows the environment.
    ...other('php', '-r -R -B -E', '-v --version -m --ini'),
    checks: '-l',
    options: '-r= -R= -B= -E= -v --version -m --ini -l -n -f=',
  },
  lua: other('lua', '-e', '-v', '-i -l= -W -E'),
  luajit: other('lua', '-e', '-v'),
  osascript: other('osascript', '-e', '', '-l= -s='),
  pwsh: other(
    'pwsh',
    '-c -Command -command -EncodedCommand -ec',
    '-v -Version --version',
    '-NoProfile -NonInteractive -NoLogo -f= -File=',
  ),
  tclsh: other('tcl', '', ''),
  wish: other('tcl', '', ''),
  expect: other('expect', '-c', '-v', '-f= -b= -d -i'),
  Rscript: other('r', '-e', '--version', '--vanilla'),
  R: other('r', '-e', '--version', '--vanilla --slave -q --quiet --no-save -f='),
  julia: other('julia', '-e -E', '-v --version'),
  elixir: other('elixir', '-e --eval', '-v --version'),
  erl: other('erl', '-eval', '-version', '-noshell'),
  ghci: other('haskell', '-e', '--version'),
  runghc: other('haskell', '', '--version'),
  groovy: other('groovy', '-e', '-v --version'),
  scala: other('scala', '-e', '-version --version'),
  guile: other('scheme', '-c', '-v --version'),
  sbcl: other('lisp', '--eval', '--version', '--noinform --non-interactive'),
  clojure: other('clojure', '-e', '--version'),
  octave: other('octave', '--eval', '--version', '-q --quiet'),
  gnuplot: other('gnuplot', '-e', '-V --version'),
  tsx: other('tsx', '-e -p', '-v --version'),
  'ts-node': other('ts-node', '-e -p', '-v --version'),
  qjs: other('js', '-e', '-v --version'),
  java: {
    language: 'java',
    options: '-version --version -cp= -classpath= -jar=',
    code: '',
    tells: '-version --version',
  },
};
