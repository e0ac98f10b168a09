// A sentence of the daemon's, where what stands between backticks is code.
export function Ticked({ text }: { readonly text: string }) {
  return (
    text
      .split('`')
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text never move
      .map((piece, index) => (index % 2 === 0 ? piece : <code key={index}>{piece}</code>))
  );
}
