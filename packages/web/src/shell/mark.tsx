// Our mark: a gate that is closed, with its keeper's bar. Drawn with the colour of the text around it.

export const Mark = ({ size = 20 }: { readonly size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.75" aria-hidden>
    <title>Castellan</title>
    <path d="M2.5 17.5v-9a7.5 7.5 0 0 1 15 0v9" strokeLinecap="round" />
    <path d="M7.5 3.2v14.3M12.5 3.2v14.3" />
    <path d="M2.5 11h15" stroke="var(--accent)" strokeWidth="2.5" />
  </svg>
);
