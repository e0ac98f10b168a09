// Marks and places in a text that ask for trouble by themselves: tags that speak to a model, where keys lie, addresses that
// carry something away, arguments that are there to carry it.
import { excerptAt } from '../visible.ts';
import type { Word } from './words.ts';

export interface Marked {
  readonly kind: 'instruction' | 'exfiltration';
  readonly text: string;
  readonly excerpt: string;
}

/** Tags by which texts speak with more weight than a description has. */
const TAG_WORDS: ReadonlySet<string> = new Set(
  (
    'important system instruction instructions secret hidden critical admin override assistant system-prompt system_prompt urgent ' +
    'prompt policy directive mandatory sys internal systemmessage system_message developer inst sys im_start important_instructions'
  ).split(' '),
);
const TAG = /[<[]{1,2}[/|]?([A-Za-z_-]{3,30})(?: [^<>[\]\n]{0,40})?[|]?[>\]]/g;

/** As a transcript writes who speaks. */
const SPEAKER =
  /(?:^|[\s.>])(?:SYSTEM|ASSISTANT|ADMIN|ADMINISTRATOR|DEVELOPER)(?: (?:NOTE|NOTICE|OVERRIDE|MESSAGE|INSTRUCTIONS?|PROMPT|DIRECTIVE))?:/;

export function tagsIn(text: string): readonly Marked[] {
  const speaker = text.search(SPEAKER);
  if (speaker !== -1)
    return [
      { kind: 'instruction', text: 'it speaks as somebody else than a tool', excerpt: excerptAt(text, speaker, 120) },
    ];
  for (const match of text.matchAll(TAG)) {
    const word = (match[1] ?? '').toLowerCase();
    if (!TAG_WORDS.has(word)) continue;
    // `[system]` in small letters is a placeholder more often than not.
    if (match[0].startsWith('[') && (match[1] ?? '') !== (match[1] ?? '').toUpperCase()) continue;
    return [
      {
        kind: 'instruction',
        text: 'it has a tag that speaks to the model',
        excerpt: excerptAt(text, match.index, 120),
      },
    ];
  }
  return [];
}

/** Where keys and passwords lie. */
const SECRET_PLACES =
  /(?:\.ssh\b|\bid_(?:rsa|ed25519|ecdsa|dsa)\b|\.aws\/credentials|\.(?:netrc|npmrc|pypirc|git-credentials|pgpass)\b|\.gnupg\b|\.kube\/config|\bmcp\.json\b|claude_desktop_config|\.cursor\/|\/etc\/(?:passwd|shadow|sudoers)|\.env\b|\bkeychain\b|wallet\.dat|\.bash_history|\.docker\/config|\.config\/gcloud)/i;
const REACHING: ReadonlySet<string> = new Set(
  (
    'read open access load cat retrieve extract include send pass copy collect exfiltrate upload append attach grab steal dump ' +
    'contents content check use locate fetch first need must reads ' +
    // The same in a few other languages.
    'lee leer envía envíalo enviar lies lesen sende senden lire lis envoie envoyer leggi leggere invia inviare leia ler envie enviar'
  ).split(' '),
);
/** Words around a place in which a verb counts. */
const NEAR = 12;

/** A file of keys with a word for reading it close by. */
export function secretPlacesIn(text: string, words: readonly Word[]): readonly Marked[] {
  const match = SECRET_PLACES.exec(text);
  if (match === null) return [];
  const index = words.findIndex(({ end }) => end > match.index);
  const near = words.slice(Math.max(0, index - NEAR), (index === -1 ? words.length : index) + NEAR);
  if (!near.some((word) => REACHING.has(word.text))) return [];
  return [
    {
      kind: 'exfiltration',
      text: 'it speaks of reading a file of keys',
      excerpt: excerptAt(text, match.index, match[0].length),
    },
  ];
}

/** Letters of an address up to where it ends; its parameters are looked at apart. */
const ADDRESS = /\bhttps?:\/\/[^\s"'`)]{3,500}/gi;
const IMAGE = /!\[[^\]\n]{0,100}\]\(https?:/i;

/** Addresses with a place to put something into. */
export function addressesIn(text: string): readonly Marked[] {
  const image = text.search(IMAGE);
  if (image !== -1)
    return [
      {
        kind: 'exfiltration',
        text: 'it has a picture that is fetched when it is shown',
        excerpt: excerptAt(text, image, 80),
      },
    ];
  for (const { 0: address, index } of text.matchAll(ADDRESS)) {
    const query = address.indexOf('?');
    if (query === -1 || !/=(?:[{<$%[]|&|$|data|secret|content|token|key|text|conversation)/i.test(address.slice(query)))
      continue;
    return [
      {
        kind: 'exfiltration',
        text: 'it has an address with a place to put something in',
        excerpt: excerptAt(text, index, address.length),
      },
    ];
  }
  return [];
}

/** Arguments that no tool needs for its work. */
const CARRYING: ReadonlySet<string> = new Set(
  (
    'sidenote side_note conversation_history chat_history conversation_summary summary_of_conversation conversation_context ' +
    'full_conversation conversation_log chat_log previous_messages system_prompt chain_of_thought available_tools tools_list ' +
    'list_of_tools full_context all_context user_conversation private_key_contents env_vars environment_variables ' +
    'credentials_dump tool_call_history session_transcript'
  ).split(' '),
);
/** Arguments that may be, where their description asks for such things. */
const MAY_CARRY: ReadonlySet<string> = new Set(
  'context note notes metadata feedback extra info debug memo reasoning intent session_context details additional_info annotation comment_internal telemetry analytics user_context'.split(
    ' ',
  ),
);
const CARRIED: ReadonlySet<string> = new Set(
  'conversation chat transcript prompt credentials password passwords secrets token tokens keys ssh env environment history previous verbatim'.split(
    ' ',
  ),
);

/** Whether an argument is there to carry away what is said or known elsewhere. */
export function carrierIn(name: string, description: readonly Word[]): string | null {
  const plain = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();
  if (CARRYING.has(plain)) return `its argument \`${name.slice(0, 60)}\` asks for what the tool does not need`;
  const asked = MAY_CARRY.has(plain) ? description.find(({ text }) => CARRIED.has(text)) : undefined;
  return asked === undefined ? null : `its argument \`${name.slice(0, 60)}\` asks for \`${asked.text}\``;
}
