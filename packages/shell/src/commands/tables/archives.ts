// Archives that are only looked into. What packs and unpacks has its own reader (archive.ts). Sources: the manual pages of
// Info-ZIP, The Unarchiver, rpm.
import type { Spec } from '../spec.ts';

export const ARCHIVES: { readonly [name: string]: Spec } = {
  zipinfo: { options: '-1 -2 -s -m -l -v -h -t -T -z -C', operands: 'read-one' },
  unzip: {
    options: '-l -v -t -p -c -Z -q -z -1 -C',
    operands: 'read-one',
    needs: '-l -v -t -p -c -Z -z',
  },
  funzip: { options: '', operands: 'read-one' },
  lsar: { options: '-l -L -v -j', operands: 'read' },
  rpm2cpio: { options: '', operands: 'read' },
};
