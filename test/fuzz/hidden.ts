// `node test/fuzz/hidden.ts [file]`: tries every command of a list for real and says which would have got through.
import { tempFolder } from '@castellan/testkit';
import { commandsOf, type Tried, tryHidden } from './lib/hidden.ts';
import { hasSandbox } from './lib/run-bash.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const shown = ({ command, said }: Tried): string =>
  `  ${JSON.stringify(command).slice(0, 150)}\n      ${said.slice(0, 200)}`;

if (!hasSandbox()) say('skipped: bwrap is not here, and hidden commands run in a sandbox or not at all');
else
  for (const file of process.argv.length > 2 ? process.argv.slice(2) : ['hidden.txt', 'secret.txt', 'inert.txt']) {
    const tried = tryHidden(tempFolder('castellan-hidden-'), commandsOf(file));
    const works = tried.filter((each) => each.works);
    const passed = works.filter(({ passes }) => passes);
    const passedAuto = works.filter(({ passes, passesFullAuto }) => passesFullAuto && !passes);
    say(
      `${file}: ${tried.length} commands, ${works.length} of them work here; ${passed.length} pass, ${passedAuto.length} more pass with Full Auto`,
    );
    for (const each of passed) say(shown(each));
    say(' with Full Auto only:');
    for (const each of passedAuto) say(shown(each));
    const inert = tried.filter((each) => !each.works);
    say(` nothing happened in ${inert.length}; ${inert.filter(({ passes }) => !passes).length} of them are stopped:`);
    for (const each of inert) if (!each.passes) say(shown(each));
    if (passed.length > 0) process.exitCode = 1;
  }
