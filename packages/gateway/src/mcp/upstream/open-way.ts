// What goes to a server where somebody on the way can read it, and answer in its place. INVARIANT: no secret of the vault does,
// whoever wrote the manifest.
import type { McpHttp } from '@castellan/contract';
import { isPrivateWay } from './sign-in-fetch.ts';

/** As `fillIn` finds them. */
const SECRET_PLACE = /\$\{secret:/;

/** Whether others on the way read what is sent, and may be the server. */
export const isOpenWay = ({ url }: Pick<McpHttp, 'url'>): boolean => !isPrivateWay(new URL(url));

/** The header in which a secret would be sent for anybody to read; null: there is none. */
export function secretInTheOpen({ url, headers }: Pick<McpHttp, 'url' | 'headers'>): string | null {
  if (!isOpenWay({ url })) return null;
  return Object.entries(headers).find(([, value]) => SECRET_PLACE.test(value))?.[0] ?? null;
}
