// What went wrong, for the model that asked: what it is and what to do.
export class ToolFault extends Error {}

const CODES: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  EACCES: 'may not be opened by this user',
  EPERM: 'may not be changed',
  EROFS: 'may only be read here',
  EISDIR: 'is a folder',
  ENOTDIR: 'has a file where a folder should be',
  ELOOP: 'is a link: name the file that it leads to',
  ENXIO: 'is no ordinary file',
  ENOSPC: 'does not fit on the disk',
  EFBIG: 'is larger than may be written',
  ENAMETOOLONG: 'has too long a name',
  EXDEV: 'cannot be replaced here',
  EBUSY: 'is held in its place',
};

export function wordsOf(error: unknown, path: string): string {
  if (error instanceof ToolFault) return error.message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const said = CODES[code];
  if (said !== undefined) return `\`${path}\` ${said}`;
  return error instanceof Error ? `${code} ${error.message.split('\n')[0]?.slice(0, 300) ?? ''}`.trim() : 'it failed';
}
