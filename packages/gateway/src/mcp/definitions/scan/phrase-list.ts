// What descriptions say when they speak to the model instead of describing a tool. Each row is a set of words, so that a phrase
// stands for its many spellings; none of them is proof, and none is needed for a call to be decided as it is.
import type { Phrase } from './phrases.ts';

const NOT = 'not never avoid without';
const TELL =
  'tell mention inform reveal notify alert disclose show display report explain telling mentioning informing revealing notifying alerting disclosing showing warn warning';
const PERSON = 'user users human humans person people anyone anybody operator customer owner them';
const RULES =
  'instructions instruction rules guidelines directives prompts prompt constraints policies restrictions guardrails safeguards safety training commands orders';
const GIVE =
  'include pass send provide put append attach embed paste copy insert add supply place encode transmit forward upload leak exfiltrate post write fill give submit return collect gather record capture';
/** To carry something off, and not to keep it where it belongs. */
const HAND_OVER =
  'include pass send provide append attach embed paste copy place encode transmit forward upload leak exfiltrate submit return collect gather reveal';
const LOOK =
  'read open access load cat retrieve extract fetch view get collect search find locate obtain list scan grep';
const SECRET =
  'credentials credential password passwords passphrase secrets secret token tokens keys key apikey cookies cookie';
const TOOL = 'tool tools function functions plugin plugins';

export const PHRASES: readonly Phrase[] = [
  {
    kind: 'instruction',
    text: 'it asks for something else to be done first',
    rows: [
      'before',
      'using calling invoking answering responding replying returning',
      'always must',
      'add set include change replace send read append call use pass',
    ],
    gap: 3,
  },
  {
    kind: 'instruction',
    text: 'it speaks to the model',
    rows: [
      'ai assistant model llm agent',
      'must should shall will',
      'prepend append include send read call use add reply respond answer comply obey follow',
    ],
    gap: 1,
  },
  {
    kind: 'exfiltration',
    text: 'it asks for contents of files',
    rows: [
      'include put attach append embed paste',
      'contents content',
      'private local home secret configuration config env dotfiles',
      'file files directory folder key keys data',
    ],
    gap: 4,
  },
  {
    kind: 'instruction',
    text: 'it changes how commands are written',
    rows: [
      'command commands',
      'must should always need',
      'include have be start begin contain use',
      'prefix prefixed preceded appended suffix chmod sudo curl',
    ],
    gap: 3,
  },
  {
    kind: 'instruction',
    text: 'it tells the model to ignore other instructions',
    rows: [
      'ignore disregard forget override bypass overrides supersede supersedes circumvent ignoring disregarding',
      RULES,
    ],
    gap: 4,
  },
  {
    kind: 'instruction',
    text: 'it tells the model to ignore what was said before',
    rows: [
      'ignore disregard forget',
      'previous prior above earlier preceding everything',
      'and conversation messages context text requests tools user you said',
    ],
    gap: 3,
  },
  { kind: 'instruction', text: 'it wants to keep something from the user', rows: [NOT, TELL, PERSON], gap: 3 },
  {
    kind: 'instruction',
    text: 'it wants to keep something from the user',
    rows: [
      'do must should never',
      'not never',
      'mention reveal disclose explain acknowledge',
      'this that these it file step steps instruction instructions tool note you',
    ],
    gap: 2,
  },
  {
    kind: 'instruction',
    text: 'it wants to keep something from the user',
    rows: ['hide conceal keep hidden secret invisible', 'from', PERSON],
    gap: 3,
  },
  {
    kind: 'instruction',
    text: 'it wants to keep something from the user',
    rows: ['keep', 'this it these', 'secret hidden confidential private silent invisible quiet'],
    gap: 2,
  },
  {
    kind: 'instruction',
    text: 'it wants to keep something from the user',
    rows: [PERSON, 'not never cannot', 'know see aware notice informed told realize upset notified suspicious'],
    gap: 3,
  },
  {
    kind: 'instruction',
    text: 'it wants something done without being seen',
    rows: [
      'silently secretly covertly quietly discreetly surreptitiously',
      'send read call run execute include forward copy log add collect upload pass append invoke use access store perform exfiltrate transmit fetch record modify change extract',
    ],
    gap: 2,
  },
  {
    kind: 'instruction',
    text: 'it speaks of what to do before other tools are used',
    rows: [
      'before prior',
      'using calling invoking running executing use call invoke answering responding performing',
      'any every all other another each',
      `${TOOL} request requests question questions operation operations`,
    ],
    gap: 3,
  },
  {
    kind: 'instruction',
    text: 'it speaks of what to do whenever a tool is used',
    rows: [
      'whenever when after',
      'using calling invoking use call invoke used called invoked',
      TOOL,
      'must always also',
    ],
    gap: 5,
  },
  {
    kind: 'instruction',
    text: 'it asks for something else to be done first',
    rows: ['before', 'using calling invoking running use call', 'this', `${TOOL} it`, `${LOOK} call run execute send`],
    gap: 3,
  },
  {
    kind: 'instruction',
    text: 'it says that it goes before other tools',
    rows: [
      'always must only',
      'use call prefer choose select invoke',
      'this',
      `${TOOL}`,
      'instead over first before regardless exclusively rather',
    ],
    gap: 3,
  },
  {
    kind: 'instruction',
    text: 'it says that other tools may not be used',
    rows: ['not never', 'use call invoke trust', 'other any another', TOOL],
    gap: 1,
  },
  {
    kind: 'instruction',
    text: 'it says that it goes before other tools',
    rows: [
      'takes take has have with highest',
      'precedence priority',
      'over than above',
      `other all any every ${TOOL} instructions`,
    ],
    gap: 2,
  },
  {
    kind: 'instruction',
    text: 'it changes what other tools are to do',
    rows: [
      'when whenever if all every any',
      'other send_email email emails mail message messages payment payments tool tools',
      'must should always have',
      'sent be change go include add use',
    ],
    gap: 3,
  },
  {
    kind: 'instruction',
    text: 'it says that the user has agreed',
    rows: [PERSON, 'has have already', 'approved consented authorized authorised agreed permitted'],
    gap: 2,
  },
  {
    kind: 'instruction',
    text: 'it wants no one to be asked',
    rows: [
      'not never without no',
      'ask asking seek seeking request requesting wait waiting require requiring prompt prompting',
      'confirmation permission approval consent user verification clarification',
    ],
    gap: 2,
  },
  {
    kind: 'instruction',
    text: 'it gives the model another role',
    rows: ['you', 'are', 'now', 'a an the in acting free unrestricted no operating'],
    gap: 1,
  },
  {
    kind: 'instruction',
    text: 'it gives the model another role',
    rows: [
      'pretend act behave',
      'as like to',
      'if you a an the be',
      'are were have no unrestricted admin administrator root system developer different unfiltered',
    ],
    gap: 2,
  },
  {
    kind: 'instruction',
    text: 'it gives the model another role',
    rows: [
      'enter enable activate switch',
      'developer debug god admin jailbreak unrestricted dan maintenance sudo',
      'mode',
    ],
    gap: 2,
  },
  {
    kind: 'instruction',
    text: 'it speaks as the system',
    rows: [
      'new updated important critical hidden secret system override',
      'system admin administrator security developer',
      'instruction instructions override directive message command notice prompt',
    ],
    gap: 1,
  },
  {
    kind: 'instruction',
    text: 'it speaks to the model',
    rows: [
      'ai assistant model llm agent claude gpt',
      'must should shall',
      'always never first ignore immediately also',
    ],
    gap: 2,
  },
  {
    kind: 'instruction',
    text: 'it wants a command run',
    rows: ['run execute invoke eval paste', 'curl wget bash powershell sudo nc netcat rm chmod sh'],
    gap: 4,
  },
  {
    kind: 'exfiltration',
    text: 'it asks for the conversation',
    rows: [
      GIVE,
      'conversation chat dialogue dialog transcript',
      'history context log so transcript summary messages verbatim here content contents with between in as to',
    ],
    gap: 4,
  },
  {
    kind: 'exfiltration',
    text: 'it asks for the conversation',
    rows: [
      `${GIVE} summarize summarise summary contains`,
      'full entire whole complete all previous prior preceding',
      'conversation chat context messages transcript prompt dialogue',
    ],
    gap: 3,
  },
  {
    kind: 'exfiltration',
    text: "it asks for the model's instructions",
    rows: [`${GIVE} reveal print repeat output show your`, 'system', 'prompt instructions message'],
    gap: 4,
  },
  {
    kind: 'exfiltration',
    text: 'it asks for credentials',
    rows: [
      HAND_OVER,
      'users user your all any their stored found available environment ssh api private aws access local saved',
      SECRET,
    ],
    gap: 5,
  },
  {
    kind: 'exfiltration',
    text: 'it asks for credentials',
    rows: [
      `${LOOK}`,
      'users user your all any their stored environment ssh private aws local saved',
      SECRET,
      `and then to ${GIVE}`,
    ],
    gap: 4,
  },
  {
    kind: 'exfiltration',
    text: 'it asks for contents of files',
    rows: [
      LOOK,
      'file files config configuration mcp json ssh env contents content',
      'and then',
      'include pass send provide put append attach embed paste copy insert place encode transmit forward upload submit use its',
      'content contents it its them data result as to in here',
    ],
    gap: 5,
  },
  {
    kind: 'exfiltration',
    text: 'it asks for contents of files',
    rows: [
      'pass include provide put send append insert paste',
      'its their the full entire',
      'content contents',
      'as in to into here',
    ],
    gap: 2,
  },
  {
    kind: 'exfiltration',
    text: 'it asks for environment variables',
    rows: [
      'include pass send dump print reveal paste forward upload read collect append prepend put',
      'all your the any user users their contents',
      'environment env',
      'variables vars',
    ],
    gap: 4,
  },
  {
    kind: 'exfiltration',
    text: 'it asks for results of other tools',
    rows: [
      GIVE,
      'results result output outputs responses response data',
      'other previous prior all every',
      `${TOOL} calls`,
    ],
    gap: 4,
  },
  {
    kind: 'exfiltration',
    text: 'it asks for results of other tools',
    rows: [GIVE, 'all every', 'previous prior other', 'results outputs data responses tools calls'],
    gap: 3,
  },
  {
    kind: 'exfiltration',
    text: 'it wants a copy sent elsewhere',
    rows: [
      'bcc cc forward copy copies redirect route duplicate mirror send',
      'all every each always copy',
      'emails email messages message mails data requests responses payments files content results it',
      'to',
    ],
    gap: 3,
  },
];
