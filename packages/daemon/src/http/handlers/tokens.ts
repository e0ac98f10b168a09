// API tokens: made and revoked by people. What one may do is what its maker may do, or less.
import { apiTokenIdSchema, ROLES } from '@castellan/contract';
import type { ApiTokens, People } from '../../identity/index.ts';
import { Refused } from '../answer.ts';
import type { Handlers } from '../server.ts';
import { personOf } from './account.ts';

type TokenHandlers = Pick<Handlers, 'apiTokens' | 'addApiToken' | 'revokeApiToken'>;

export interface TokenRooms {
  readonly people: Pick<People, 'journal' | 'changed'>;
  readonly apiTokens: ApiTokens;
}

export function tokenHandlers({ people, apiTokens }: TokenRooms): TokenHandlers {
  return {
    apiTokens: () => ({ tokens: [...apiTokens.list()] }),
    async addApiToken({ body, actor }) {
      const { user, name, role } = personOf(actor);
      const more = body.permissions.filter((permission) => !ROLES[role].has(permission));
      if (more.length > 0)
        throw new Refused('not_permitted', `\`permissions\`: \`${more.join('`, `')}\` is more than you may do`, {
          hint: 'leave it out',
        });
      const made = await apiTokens.add({ ...body, user });
      if (made === null) throw new Refused('conflict', 'there are too many API tokens', { hint: 'revoke some' });
      const until = new Date(made.info.expiresAt).toISOString().slice(0, 10);
      await people.journal.person(
        'token-made',
        name,
        actor,
        `${body.name}: ${body.permissions.join(' ')}, until ${until}`,
      );
      return made;
    },
    async revokeApiToken({ params, actor }) {
      const id = apiTokenIdSchema.safeParse(params.id);
      const info = id.success ? await apiTokens.revoke(id.data) : null;
      if (info === null) throw new Refused('not_found', 'no such API token', { hint: 'the list of tokens shows them' });
      people.changed();
      await people.journal.person('token-revoked', personOf(actor).name, actor, info.name);
      return info;
    },
  };
}
