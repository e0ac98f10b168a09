// Where the built pages lie. This file stands as deep in `src/` as the bundle does in `dist/`, so one path fits both.
import { fileURLToPath } from 'node:url';

export const pagesFolder: string = fileURLToPath(new URL('../../web/dist', import.meta.url));
