// How far a collector is, kept in the database: what goes on behind the last record it took, whatever happened between.
import type { Store } from '../../store/index.ts';

export interface Place {
  /** Every record before this one was taken, set aside, or is not asked for. */
  readonly next: number;
  readonly setAside: number;
  /** The latest, oldest first. */
  readonly aside: readonly number[];
}

export type PlaceStore = Pick<Store, 'meta' | 'setMeta'>;
export const MOST_ASIDE = 20;

const keyOf = (name: string): string => `forward:${name}`;
const count = (value: unknown): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;

/** Null: this collector is new. What cannot be read counts as new too: a record twice is better than one never. */
export async function readPlace(store: PlaceStore, name: string): Promise<Place | null> {
  const text = await store.meta(keyOf(name));
  if (text === null) return null;
  try {
    const kept: unknown = JSON.parse(text);
    if (typeof kept !== 'object' || kept === null || !('next' in kept)) return { next: 0, setAside: 0, aside: [] };
    const { next, setAside, aside } = kept as { readonly [name: string]: unknown };
    return { next: count(next), setAside: count(setAside), aside: Array.isArray(aside) ? aside.map(count) : [] };
  } catch {
    return { next: 0, setAside: 0, aside: [] };
  }
}

export const keepPlace = (store: PlaceStore, name: string, place: Place): Promise<void> =>
  store.setMeta(keyOf(name), JSON.stringify(place));
