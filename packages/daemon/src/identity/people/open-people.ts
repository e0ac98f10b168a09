// Opens people over the store, and says how the set-up code is told where it is needed.
import type { Redactor } from '@castellan/secrets';
import type { Store } from '../../store/index.ts';
import type { Factors } from './factors.ts';
import type { JournalRooms } from './journal.ts';
import { People } from './people.ts';
import { createSetUpCode, SetUp, type SetUpPlace } from './set-up.ts';
import { loadSignIns } from './sign-ins.ts';
import { loadUsers } from './users.ts';

export interface OpenPeople extends JournalRooms {
  readonly store: Store;
  readonly redactor: Pick<Redactor, 'learn'>;
  readonly factors: Factors;
  readonly setupFile: string;
  readonly setupPlace: SetUpPlace;
}

export interface PeopleRoom {
  readonly people: People;
  readonly setUp: SetUp;
}

export async function openPeople({ store, factors, setupFile, setupPlace, ...rooms }: OpenPeople): Promise<PeopleRoom> {
  const users = await loadUsers(store, rooms.clock);
  const signIns = await loadSignIns(store, rooms.clock);
  const people = new People({ ...rooms, users, signIns, factors });
  const code = createSetUpCode(rooms.clock, setupFile, setupPlace, users.list().length === 0);
  // So that no record, answer or row ever holds it.
  rooms.redactor.learn({ name: 'castellan-setup-code', value: code.text });
  return { people, setUp: new SetUp(people, code, rooms.clock) };
}
