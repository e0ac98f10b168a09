// Versions in the database, whole and as bytes: a column of text passes the redactor, and a version whose host came back as
// `[REDACTED]` would be another. What people wrote in it was redacted before it was made. INVARIANT: a row whose digest is not that
// of what stands in it is no version.
import { hash } from 'node:crypto';
import { type ScriptName, type ScriptVersion, scriptDigest, scriptVersionSchema } from '@castellan/contract';
import { sha256 } from '../../digest.ts';
import type { Store } from '../../store/index.ts';

export interface Rows {
  /** `damaged`: how many rows were no versions. They are gone: nothing can be made of them. */
  all(): Promise<{ readonly versions: readonly ScriptVersion[]; readonly damaged: number }>;
  /** All of it or nothing. */
  put(versions: readonly ScriptVersion[], gone?: readonly ScriptVersion[]): Promise<void>;
}

const idOf = ({ script, digest }: { readonly script: ScriptName; readonly digest: string }): Uint8Array =>
  hash('sha256', `${script} ${digest}`, 'buffer');

/** Whether its digest is that of its bytes and of what they may do. */
export const isWhole = ({ source, capabilities, digest }: ScriptVersion): boolean =>
  scriptDigest(source, capabilities, sha256) === digest;

function versionIn(data: Uint8Array): ScriptVersion | null {
  try {
    const parsed = scriptVersionSchema.safeParse(JSON.parse(Buffer.from(data).toString('utf8')));
    return parsed.success && isWhole(parsed.data) ? parsed.data : null;
  } catch {
    return null;
  }
}

export function rowsOf({ db }: Pick<Store, 'db'>): Rows {
  return {
    async all() {
      const rows = await db.selectFrom('script_versions').selectAll().execute();
      const read = rows.map(({ id, data }) => ({ id, version: versionIn(data) }));
      // One that stands under another's name is damaged too.
      const isDamaged = ({ id, version }: (typeof read)[number]): boolean =>
        version === null || !Buffer.from(id).equals(idOf(version));
      const damaged = read.filter(isDamaged);
      for (const { id } of damaged) await db.deleteFrom('script_versions').where('id', '=', id).execute();
      const versions = read.flatMap((row) => (isDamaged(row) || row.version === null ? [] : [row.version]));
      return { versions, damaged: damaged.length };
    },
    async put(versions, gone = []) {
      await db.transaction().execute(async (tx) => {
        for (const version of versions) {
          const data = Buffer.from(JSON.stringify(version), 'utf8');
          await tx
            .insertInto('script_versions')
            .values({ id: idOf(version), data })
            .onConflict((on) => on.column('id').doUpdateSet({ data }))
            .execute();
        }
        for (const version of gone) await tx.deleteFrom('script_versions').where('id', '=', idOf(version)).execute();
      });
    },
  };
}
