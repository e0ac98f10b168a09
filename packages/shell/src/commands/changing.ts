// Common commands that change something, with what they change. They are never safe by themselves: the tables exist so that
// rules and people see real targets.
import type { Spec } from './spec.ts';

const OWNER: Spec = {
  options:
    '-c -f -h -H -L -P -R -v --changes --silent --quiet --verbose --recursive --no-dereference --dereference --preserve-root --no-preserve-root --reference<',
  operands: 'text-write',
  insteadOfFirst: '--reference',
  recursive: '-R --recursive',
};

export const CHANGING: { readonly [name: string]: Spec } = {
  rm: {
    options:
      '-d -f -i -I -r -R -v --dir --force --interactive? --recursive --verbose --one-file-system --preserve-root? --no-preserve-root',
    operands: 'delete',
    recursive: '-r -R --recursive',
    moves: true,
  },
  rmdir: { options: '-p -v --parents --verbose --ignore-fail-on-non-empty', operands: 'delete', moves: true },
  unlink: { options: '', operands: 'delete', moves: true },
  shred: {
    options: '-f -n= -s= -u -v -x -z --force --iterations= --remove? --size= --verbose --zero',
    operands: 'delete',
    moves: true,
  },
  touch: {
    options: '-a -c -h -m -d= -t= -r< --no-create --date= --reference< --time= --no-dereference',
    operands: 'write',
  },
  mkdir: { options: '-m= -p -v --mode= --parents --verbose', operands: 'write' },
  tee: { options: '-a -i -p --append --ignore-interrupts --output-error?', operands: 'write' },
  truncate: { options: '-c -o -s= -r< --no-create --io-blocks --size= --reference<', operands: 'write' },
  chmod: { ...OWNER, options: OWNER.options },
  chown: { ...OWNER, options: `${OWNER.options} --from=` },
  chgrp: OWNER,
  mkfifo: { options: '-m= --mode=', operands: 'write' },
};
