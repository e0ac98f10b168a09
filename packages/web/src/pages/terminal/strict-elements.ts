// A terminal draws itself with style tags and with style attributes, and the page's policy refuses both where they are made
// the usual way. While one is open, the page makes style tags that carry its nonce, and spans whose style attribute goes
// through the object model, which the policy allows. The terminal's own way to be given another document does not reach the
// parts that draw rows, so that it is the page's own `createElement` that is another one meanwhile.
// INVARIANT: the policy stays as strict as it is; what a terminal is fed can add neither tag nor attribute, only text.

function prepared(element: HTMLElement, nonce: string): HTMLElement {
  if (element instanceof HTMLStyleElement) element.nonce = nonce;
  if (!(element instanceof HTMLSpanElement)) return element;
  const plain = element.setAttribute.bind(element);
  element.setAttribute = (name, value) => {
    if (name === 'style') element.style.cssText = value;
    else plain(name, value);
  };
  return element;
}

/** From now on; what is given back ends it. Not twice at a time. */
export function makeStrictElements(page: Document, nonce: string): () => void {
  const plain = page.createElement.bind(page);
  Object.defineProperty(page, 'createElement', {
    configurable: true,
    value: (name: string, options?: ElementCreationOptions) => prepared(plain(name, options), nonce),
  });
  // The one that was there before stands on the prototype.
  return () => Reflect.deleteProperty(page, 'createElement');
}
