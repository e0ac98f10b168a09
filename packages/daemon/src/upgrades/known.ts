// Which states this program can go on with. Values of plain data. INVARIANT: what a newer one wrote is refused before anything of
// it is touched: guessing would lose what it knows.
import { StartError } from '../start-error.ts';

export interface StateForm {
  /** The number of the database's form; null: it says none. */
  readonly format: number | null;
  /** The Castellan that wrote it last; null: the first one did not say. */
  readonly program: string | null;
}

/** The first released: it wrote no version of its own. */
const FIRST = '0.1.0';

const partsOf = (version: string): readonly number[] => version.split(/[.+-]/, 2).map((part) => Number(part) || 0);

/** Patch releases change no form, so they come in any order. */
export function isNewer(program: string, than: string): boolean {
  const [major = 0, minor = 0] = partsOf(program);
  const [ourMajor = 0, ourMinor = 0] = partsOf(than);
  return major > ourMajor || (major === ourMajor && minor > ourMinor);
}

export type Step = { readonly kind: 'none' } | { readonly kind: 'upgrade'; readonly from: string };

/** @throws StartError of code `newer-state` */
export function stepFor(
  { format, program }: StateForm,
  ours: { readonly format: number; readonly version: string },
): Step {
  const wrote = program ?? FIRST;
  if ((format !== null && format > ours.format) || isNewer(wrote, ours.version))
    throw new StartError(
      'newer-state',
      `\`castellan.db\` was written by Castellan ${wrote} (form ${format ?? 0}), and this is ${ours.version} (form ${ours.format})`,
      [
        'start the newer one; nothing was changed',
        'to go back, restore the copy that was made before the upgrade: `castellan restore FILE --replace`',
      ],
    );
  if ((format ?? ours.format) === ours.format && wrote === ours.version) return { kind: 'none' };
  return { kind: 'upgrade', from: wrote };
}
