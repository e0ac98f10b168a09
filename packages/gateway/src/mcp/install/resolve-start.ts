// A start as a person wrote it, made exact: a runner of packages becomes the program of one version that is installed here,
// any other command an absolute path.
import type { McpProcess } from '@castellan/contract';
import { findProgram } from './find-program.ts';
import { floatingImage } from './image-tag.ts';
import { installNpm } from './npm/install-npm.ts';
import { installPypi } from './pypi/install-pypi.ts';
import { parseRunner } from './runner/parse-runner.ts';
import { type ResolvedStart, type Resolving, resolveFault } from './types.ts';

/** Resolves what a module would start. What it installs stays; what fails or is cancelled leaves nothing behind. */
export async function resolveStart(start: McpProcess, resolving: Resolving): Promise<ResolvedStart> {
  const steps: string[] = [];
  const step = (text: string): void => {
    steps.push(text);
    resolving.step(text);
  };
  const wanted = parseRunner(start.command, start.args);
  switch (wanted.kind) {
    case 'refused':
      return resolveFault('refused', wanted.why, wanted.hint);
    case 'npm': {
      for (const note of wanted.notes) step(note);
      const installed = await installNpm(wanted, { ...resolving, step });
      return installed.ok ? { ok: true, start: { ...start, ...installed.start }, steps } : installed;
    }
    case 'pypi': {
      const installed = await installPypi(wanted, { ...resolving, step });
      if (!installed.ok) return installed;
      const { env, ...rest } = installed.start;
      return { ok: true, start: { ...start, ...rest, env: { ...start.env, ...env } }, steps };
    }
    case 'other':
      break;
  }
  const command = findProgram(start.command, resolving.env.PATH);
  if (command === null) {
    return resolveFault(
      'not-found',
      `\`${start.command}\` is not on PATH`,
      start.command.includes('/') ? 'write its absolute path' : 'install it, or write its absolute path',
    );
  }
  if (command !== start.command) step(`\`${start.command}\` is ${command}`);
  const image = floatingImage(command, start.args);
  if (image !== null) step(`note: \`${image}\` is a tag that may move; a digest (\`name@sha256:…\`) does not`);
  return { ok: true, start: { ...start, command }, steps };
}
