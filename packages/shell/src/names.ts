// Names of commands and files, lexically.

export const isAbsolute = (path: string): boolean => path.startsWith('/');

export function baseName(path: string): string {
  return path.slice(path.replace(/\/+$/, '').lastIndexOf('/') + 1).replace(/\/+$/, '');
}

/** A path as `cd` keeps it: `.` and `..` taken out of the text, links not looked at. */
export function lexical(base: string, path: string): string {
  const kept: string[] = [];
  for (const part of (isAbsolute(path) ? path : `${base}/${path}`).split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') kept.pop();
    else kept.push(part);
  }
  return `/${kept.join('/')}`;
}
