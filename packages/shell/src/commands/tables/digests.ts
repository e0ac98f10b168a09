// Sums of files. Not `-c`, which reads whatever files a list names. Sources: the manual pages of GNU coreutils, FreeBSD, macOS.
import type { Spec } from '../spec.ts';

const SUM: Spec = { options: '-b -t -z --binary --text --tag --zero', operands: 'read' };
/** BSD: `-s` carries a text. */
const BSD: Spec = { options: '-n -p -q -r -t -x -s=', operands: 'read' };

export const DIGESTS: { readonly [name: string]: Spec } = {
  md5sum: SUM,
  sha1sum: SUM,
  sha224sum: SUM,
  sha256sum: SUM,
  sha384sum: SUM,
  sha512sum: SUM,
  b2sum: { ...SUM, options: `${SUM.options} -l= --length=` },
  b3sum: { options: '-l= --length= --no-names --raw --num-threads=', operands: 'read' },
  sum: { options: '-r -s --sysv', operands: 'read' },
  cksum: { options: '-a= -b -o= -z --algorithm= --base64 --raw --tag --untagged --zero', operands: 'read' },
  crc32: { options: '', operands: 'read' },
  xxhsum: { options: '-H?', operands: 'read' },
  shasum: { options: '-0 -1 -a= -b -t -U --algorithm= --binary --text --UNIVERSAL --tag', operands: 'read' },
  md5: BSD,
  sha1: BSD,
  sha256: BSD,
  sha512: BSD,
  rmd160: BSD,
};
