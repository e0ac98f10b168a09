// Secrets that stand in variables: what prints one shows it as a file of keys would. INVARIANT: by the name alone; whether it is
// set makes no difference.
import type { WordPart } from 'unbash';
import { add, type Run } from './run.ts';
import type { Span } from './span.ts';
import type { State } from './state.ts';

/** As the tools that read them call them. Names in small letters are the command's own. */
const SECRET =
  /TOKEN(?!IZ)|SECRET|PASSWORD|PASSWD|PASSPHRASE|API_?KEY|ACCESS_KEY|PRIVATE_KEY|SIGNING_KEY|ENCRYPTION_KEY|CREDENTIAL|_(?:PASS|PAT)$|^PGPASS$/;

export const isSecretName = (name: string): boolean => name === name.toUpperCase() && SECRET.test(name);

/** Secrets whose value stands in a word; not its length, and not whether it is set. */
export function secretsIn(parts: readonly WordPart[] | undefined): readonly string[] {
  return (parts ?? []).flatMap((part): readonly string[] => {
    switch (part.type) {
      case 'DoubleQuoted':
      case 'LocaleString':
        return secretsIn(part.parts);
      case 'SimpleExpansion':
      case 'ParameterExpansion': {
        const [, name, sign = ''] = /^\$\{?([A-Za-z_]\w*)(:?\+)?/.exec(part.text) ?? [];
        return name !== undefined && sign === '' && isSecretName(name) ? [name] : [];
      }
      default:
        return [];
    }
  });
}

export function addSecret(run: Run, name: string, span: Span): void {
  add(run, {
    kind: 'read',
    target: `$${name}`,
    targetKind: 'text',
    span,
    resource: 'credentials',
    note: 'shows a secret of the environment',
  });
}

/** Those in text that is passed on as it is (a here-document), unless the command itself gave them a value. */
export function addSecretsIn(run: Run, parts: readonly WordPart[] | undefined, state: State, span: Span): void {
  for (const name of secretsIn(parts)) if (!state.vars.has(name)) addSecret(run, name, span);
}

/** `env`, `set`, `export -p`: every variable and its value. */
export function addEnvironment(run: Run, span: Span): void {
  const note = 'prints every variable, secrets among them';
  add(run, { kind: 'read', target: 'environment', targetKind: 'text', span, resource: 'credentials', note });
}
