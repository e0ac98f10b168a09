// `castellan completion`: scripts made from the commands themselves, so that they cannot lag behind.
import { connectorNameSchema } from '@castellan/contract';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { visible } from '../text/visible.ts';

interface Node {
  /** Words after `castellan`, joined by a space; empty for the command itself. */
  readonly path: string;
  readonly words: readonly string[];
}

const NAMES: readonly string[] = connectorNameSchema.options;
/** Names of agents that a command takes. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  connect: [...NAMES, 'mcp'],
  disconnect: NAMES,
  agents: NAMES,
  verify: ['claude-code', 'opencode', 'codex'],
  run: ['claude-code', 'opencode', 'codex'],
};

const visibleOptions = (command: Command): readonly string[] => [
  ...command.options.map((option) => option.long ?? '').filter((long) => long !== ''),
  '--help',
];

function nodes(command: Command, path: string): readonly Node[] {
  const children = command.commands.filter((child) => child.name() !== 'help');
  return [
    {
      path,
      words: [...children.map((child) => child.name()), ...(ARGUMENTS[path] ?? []), ...visibleOptions(command)],
    },
    ...children.flatMap((child) => nodes(child, path === '' ? child.name() : `${path} ${child.name()}`)),
  ];
}

export function completion({ out }: Context, program: Command, shell: string): ExitCode {
  const all = nodes(program, '');
  switch (shell) {
    case 'bash':
      out.line(bash(all));
      return EXIT.done;
    case 'zsh':
      out.line(`autoload -U +X bashcompinit && bashcompinit\n${bash(all)}`);
      return EXIT.done;
    case 'fish':
      out.line(fish(program));
      return EXIT.done;
    default:
      return out.error(`\`${visible(shell)}\` is not a shell it knows`, ['one of bash, zsh, fish'], EXIT.usage);
  }
}

function bash(all: readonly Node[]): string {
  const cases = all.map(({ path, words }) => `    "${path}") words="${words.join(' ')}" ;;`).join('\n');
  return `# Completion of castellan for bash (and zsh through bashcompinit).
_castellan() {
  local path="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) case " ${all
      .filter((node) => node.path !== '')
      .map((node) => node.path.replace(' ', '/'))
      .join(' ')} " in *" \${path:+$path/}$word "*) path="\${path:+$path/}$word" ;; esac ;; esac
  done
  case "\${path/\\// }" in
${cases}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _castellan castellan`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "\\'")}'`;

function fish(program: Command): string {
  const top = program.commands.filter((child) => child.name() !== 'help');
  const options = (command: Command, condition: string): readonly string[] =>
    command.options.map(
      (option) =>
        `complete -c castellan -n ${quoted(condition)} -l ${(option.long ?? '').replace('--', '')} -d ${quoted(option.description)}`,
    );
  return [
    '# Completion of castellan for fish.',
    'complete -c castellan -f',
    ...top.flatMap((command) => [
      `complete -c castellan -n __fish_use_subcommand -a ${command.name()} -d ${quoted(command.summary() || command.description())}`,
      ...options(command, `__fish_seen_subcommand_from ${command.name()}`),
      ...(ARGUMENTS[command.name()] ?? []).map(
        (name) => `complete -c castellan -n ${quoted(`__fish_seen_subcommand_from ${command.name()}`)} -a ${name}`,
      ),
      ...command.commands.flatMap((child) => [
        `complete -c castellan -n ${quoted(`__fish_seen_subcommand_from ${command.name()}`)} -a ${child.name()} -d ${quoted(child.description())}`,
        ...options(
          child,
          `__fish_seen_subcommand_from ${command.name()}; and __fish_seen_subcommand_from ${child.name()}`,
        ),
      ]),
    ]),
  ].join('\n');
}
