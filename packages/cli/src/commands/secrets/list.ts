// `castellan secrets` and `secrets who`: what is kept, what it may be used for, who used it. Never a value.
import { type LedgerRecord, printQuery, type SecretInfo } from '@castellan/contract';
import { typed } from '../../command.ts';
import { ask } from '../../connection.ts';
import type { Context, JsonOption } from '../../context.ts';
import { EXIT, type ExitCode } from '../../output.ts';
import { visible } from '../../text/visible.ts';
import { duration, instant, whoText } from '../../text/words.ts';
import { table } from '../../text/wrap.ts';
import { dueText, reachText, usedText } from './words.ts';

export async function secretsList({ world, out, command }: Context, options: JsonOption): Promise<ExitCode> {
  const answer = await ask(world, out, (client) => client.secrets());
  if (typeof answer === 'number') return answer;
  const { vault, secrets } = answer.value;
  if (options.json) {
    out.json(answer.value);
    return EXIT.done;
  }
  const now = world.clock.now();
  for (const text of table(
    secrets.map((each) => [
      each.name,
      reachText(each),
      `${duration(now - each.rotatedAt)} old`,
      usedText(each, now),
      dueText(each),
    ]),
  ))
    out.line(text);
  if (vault.state === 'open' || vault.state === 'empty') {
    if (secrets.length === 0) out.line(typed(command, 'no secrets yet: `castellan secrets add NAME`'));
    if (vault.key !== null)
      out.note(`the vault's key: ${vault.key}${vault.text === '' ? '' : ` (${visible(vault.text)})`}`);
    return EXIT.done;
  }
  return out.error(`the vault is ${vault.state}${vault.text === '' ? '' : `: ${visible(vault.text)}`}`, [
    vault.state === 'locked'
      ? '`castellan secrets unlock`'
      : '`castellan secrets recover previous`, or restore a backup',
  ]);
}

type SecretRecord = Extract<LedgerRecord, { kind: 'secret' }>;
const PAGE = 1000;

export async function secretsWho({ world, out }: Context, name: string, options: JsonOption): Promise<ExitCode> {
  const listed = await ask(world, out, (client) => client.secrets());
  if (typeof listed === 'number') return listed;
  const secret = listed.value.secrets.find((each) => each.name === name);
  const records: SecretRecord[] = [];
  const q = printQuery([
    { field: 'kind', not: false, values: ['secret'] },
    { field: 'secret', not: false, values: [name.toLowerCase()] },
  ]);
  for (let before: number | null | undefined; before !== null; ) {
    const older = before === undefined ? {} : { before };
    const page = await ask(world, out, (client) => client.ledger({ query: { q, limit: PAGE, ...older } }));
    if (typeof page === 'number') return page;
    const found = page.value.records.map(({ record }) => record);
    // Case counts in a name, and does not in a query.
    records.unshift(...found.filter((record) => record.kind === 'secret').filter(({ secret }) => secret === name));
    before = page.value.next;
  }
  if (secret === undefined && records.length === 0)
    return out.error(`there is no secret \`${visible(name)}\``, ['`castellan secrets` lists them']);
  if (options.json) {
    out.json({ secret: secret ?? null, records });
    return EXIT.done;
  }
  if (secret !== undefined) for (const text of about(secret, world.clock.now())) out.line(text);
  for (const text of table(
    records.map((each) => [
      instant(each.at),
      each.change,
      whoText(each.by),
      each.host === undefined ? '' : visible(each.host),
      each.text === undefined ? '' : visible(each.text),
    ]),
  ))
    out.line(text);
  return EXIT.done;
}

const about = (secret: SecretInfo, now: number): readonly string[] => [
  `${secret.name}  ${visible(secret.note)}`.trimEnd(),
  `may be used for  ${reachText(secret)}`,
  `fingerprint      ${secret.fingerprint}, ${duration(now - secret.rotatedAt)} old`,
  `use              ${[usedText(secret, now), dueText(secret)].filter((text) => text !== '').join('; ')}`,
];
