// Programs that run what a project, a file or a person at the keyboard tells them: known by what kind of code that is, never by
// what it does. Sources: the manual pages; GTFOBins (shell escapes of editors and pagers, `make -n` and `$(shell …)`).
import type { Resource } from '@castellan/contract';

export interface Program {
  readonly resource: Extract<Resource, 'project-code' | 'inline-code' | 'package-code'>;
  readonly note: string;
}

const lists: readonly (readonly [Program, string])[] = [
  [
    { resource: 'project-code', note: 'runs what the files of the project say' },
    'deno make gmake bmake ninja cmake ctest meson bazel bazelisk buck buck2 scons ant mvn mvnw gradle gradlew sbt lein mill rake just task invoke inv fab nox tox waf b2 xmake premake5 qmake xcodebuild swift dotnet msbuild mix rebar3 stack cabal dune opam-exec zig nimble crystal shards dub pytest py.test unittest nose2 jest vitest mocha ava tap jasmine karma cypress playwright wdio nightwatch testcafe rspec cucumber minitest phpunit pest behave robot bats shunit2 prove busted ginkgo gotestsum nextest eslint prettier biome tslint stylelint standard xo tsc tsup swc babel esbuild rollup webpack vite parcel turbo nx lerna rush next nuxt astro gatsby remix ng vue-cli-service react-scripts storybook svelte-kit expo metro mypy pylint flake8 black ruff isort pyright bandit pre-commit husky lint-staged rubocop rails rackup puma django-admin flask uvicorn gunicorn hypercorn celery php-cs-fixer phpstan psalm artisan golangci-lint air reflex nodemon pm2 forever concurrently direnv mise asdf rtx devbox devenv nix-shell foreman honcho overmind procs-run hugo jekyll eleventy mkdocs sphinx-build mdbook docusaurus zola quarto latexmk pdflatex xelatex lualatex latex tex luatex bibtex pandoc snakemake nextflow dvc luigi airflow dagster prefect dbt protoc buf flutter dart gleam roc rustfmt clippy-driver miri',
  ],
  [
    { resource: 'inline-code', note: 'a person at the keyboard, or a file it opens, can run commands from inside it' },
    'vi vim nvim view vimdiff gvim ex ed red emacs emacsclient nano pico joe jed micro kak helix hx mcedit ne dte ranger nnn lf mc vifm ncdu most pg man info pinfo irssi weechat mutt neomutt lynx w3m elinks links mail mailx tig lazygit gitui htop btop atop gdb lldb dlv pdb expect zellij screen tmux byobu dtach abduco ftp lftp irb pry ipython bpython jshell',
  ],
  [
    {
      resource: 'inline-code',
      note: 'compiles or opens what it is given, with programs and files that are named elsewhere',
    },
    'gcc g++ cc c++ clang clang++ ld lld gold as cpp rustc ghc ocamlc ocamlopt fpc gfortran gnat javac kotlinc scalac nasm yasm nvcc emcc tcc swiftc xdg-open open start gio run-parts entr parallel expect fzf sk proot bwrap firejail systemd-run start-stop-daemon tclsh run0 zcalc jed socat-run gcore rlwrap-filter',
  ],
];

export const PROGRAMS: ReadonlyMap<string, Program> = new Map(
  lists.flatMap(([program, names]) => names.split(' ').map((name) => [name, program] as const)),
);

/** Of those that run a project, these print what they are before they look for one. All others may run it first. */
export const PRINTS_FIRST: ReadonlySet<string> = new Set(
  'deno make gmake bmake ninja cmake ctest meson just task tsc prettier eslint biome ruff black mypy pre-commit swift dart esbuild hugo mdbook zola pandoc pdflatex xelatex lualatex latex tex luatex bibtex protoc stack cabal'.split(
    ' ',
  ),
);

/** What these say of themselves passes: the option alone, which no program of them takes for anything else. */
export const TELLS = /^--(?:version|help)$/;

/** An operand `@file` is replaced by the words in that file (binutils, 7-Zip, RAR, LLVM). */
export const READS_LISTS: ReadonlySet<string> = new Set(
  'strings nm size readelf objdump ar ranlib strip objcopy addr2line c++filt gprof elfedit dlltool windres windmc ld gold as gcc g++ cc c++ clang clang++ 7z 7za 7zr 7zz rar unrar otool lipo llvm-nm llvm-size llvm-strings llvm-objdump llvm-readelf llvm-ar gstrings gnm gobjdump greadelf javac java javadoc jar kotlinc swiftc rustc'.split(
    ' ',
  ),
);
