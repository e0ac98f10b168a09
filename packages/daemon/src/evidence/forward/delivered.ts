// What became of one message to a collector.

export type Delivered =
  | { readonly kind: 'sent' }
  /** The same will be refused again; something else of it may not. */
  | { readonly kind: 'refused'; readonly text: string }
  | { readonly kind: 'failed'; readonly text: string; readonly afterMs: number };
