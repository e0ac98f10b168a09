// A sentence of the daemon's, where what stands between backticks is code.
import { seenText } from './text-pieces.ts';

export function Ticked({ text }: { readonly text: string }) {
  return (
    seenText(text)
      .split('`')
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text never move
      .map((piece, index) => (index % 2 === 0 ? piece : <code key={index}>{piece}</code>))
  );
}
