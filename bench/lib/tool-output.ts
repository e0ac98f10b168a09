// Ten megabytes of what tools print, made from a fixed seed: sources, logs, JSON, listings and base64, with known secrets
// planted in the forms they leak in. The same bytes on every machine.

/** Mulberry32: small, and the same everywhere. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const WORDS =
  'the request handler returns value error server connection file path index result config user module function async await import export default const let number string object array buffer stream parse write read open close timeout retry cache queue worker thread lock state event message channel socket client route query table column schema version build test deploy release branch commit merge'.split(
    ' ',
  );
const ALPHABETS = [
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  '0123456789abcdef',
  'abcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*()-_=+',
] as const;
const PREFIXES = ['ghp_', 'sk-', 'AKIA', 'xoxb-', '', 'npm_', 'glpat-', ''] as const;

export interface Planted {
  readonly name: string;
  readonly value: string;
}

export function makeSecrets(count: number): readonly Planted[] {
  const random = seeded(7);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  return Array.from({ length: count }, (_, index) => {
    const alphabet = pick(ALPHABETS);
    const size = 20 + Math.floor(random() * 24);
    const body = Array.from({ length: size }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
    return { name: `SECRET_${index}`, value: pick(PREFIXES) + body };
  });
}

/** How many times a secret is planted, whatever their number. */
export const PLANTED = 300;

export function makeToolOutput(size: number, secrets: readonly Planted[]): Buffer {
  const random = seeded(42);
  const int = (below: number): number => Math.floor(random() * below);
  const pick = <T>(list: readonly T[]): T => list[int(list.length)] as T;
  const words = (count: number): string => Array.from({ length: count }, () => pick(WORDS)).join(' ');
  const camel = (): string => pick(WORDS) + pick(WORDS).replace(/^./, (sign) => sign.toUpperCase());
  const stamp = (): string =>
    `2026-11-${10 + int(18)}T${10 + int(13)}:${10 + int(49)}:${10 + int(49)}.${100 + int(899)}Z`;
  const hex = (count: number): string => Array.from({ length: count }, () => int(16).toString(16)).join('');

  const source = (): string =>
    `${' '.repeat(2 * int(5))}${pick([
      () => `const ${camel()} = await ${camel()}(${camel()}, { ${pick(WORDS)}: '${words(2)}' });`,
      () => `if (${camel()} !== undefined && ${camel()}.${pick(WORDS)}.length > ${int(100)}) return ${camel()};`,
      () => `// ${words(8 + int(6))}`,
      () => `import { ${camel()}, ${camel()} } from '../${pick(WORDS)}/${pick(WORDS)}-${pick(WORDS)}.ts';`,
      () => `throw new Error(\`${words(4)}: \${${camel()}}\`);`,
      () => '}',
    ])()}\n`;
  const log = (): string =>
    `${stamp()} ${pick(['INFO', 'WARN', 'ERROR', 'DEBUG'])} [${pick(WORDS)}-${int(16)}] ${words(5 + int(8))} id=${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)} took=${int(5000)}ms\n`;
  const json = (): string =>
    `${JSON.stringify({ id: int(1e6), [pick(WORDS)]: words(3), path: `/srv/${pick(WORDS)}/${pick(WORDS)}.json`, message: `${words(4)}\n"${pick(WORDS)}" – ünïcödé`, tags: [pick(WORDS), pick(WORDS)], ok: random() < 0.5 })}\n`;
  const listing = (): string =>
    `-rw-r--r-- 1 user group ${String(int(1e6)).padStart(8)} Nov ${10 + int(18)} ${10 + int(13)}:${10 + int(49)} ${pick(WORDS)}_${pick(WORDS)}-${int(99)}.${pick(['ts', 'json', 'md', 'log'])}\n`;
  const base64 = (): string => {
    const bytes = Buffer.from(Array.from({ length: 57 }, () => int(256)));
    return `${bytes.toString('base64')}\n`;
  };
  const makers = [source, source, source, log, log, log, json, json, listing, base64] as const;

  const forms: readonly ((value: string) => string)[] = [
    (value) => value,
    (value) => value,
    (value) => Buffer.from(`user:${value}`).toString('base64'),
    (value) => encodeURIComponent(value),
    (value) => Buffer.from(value).toString('hex'),
  ];
  const parts: string[] = [];
  let length = 0;
  let planted = 0;
  while (length < size) {
    const make = pick(makers);
    let block = '';
    for (let lines = 4 + int(30); lines > 0; lines--) block += make();
    if (secrets.length > 0 && planted < PLANTED && length > (planted * size) / PLANTED) {
      const { value } = secrets[planted % secrets.length] as Planted;
      block += `export TOKEN="${(forms[planted % forms.length] as (value: string) => string)(value)}" # ${words(3)}\n`;
      planted++;
    }
    parts.push(block);
    length += block.length;
  }
  return Buffer.from(parts.join(''), 'utf8');
}
