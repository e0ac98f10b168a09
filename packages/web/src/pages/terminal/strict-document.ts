// A terminal draws itself with style tags and with style attributes, and the page's policy refuses both where they are made
// the usual way. Here its tags get the page's nonce, and its attributes go through the object model, which the policy allows.
// INVARIANT: the policy stays as strict as it is; what the terminal is fed can add neither tag nor attribute, only text.

function prepared<Made extends HTMLElement>(element: Made, nonce: string): Made {
  if (element instanceof HTMLStyleElement) {
    element.nonce = nonce;
    return element;
  }
  const plain = element.setAttribute.bind(element);
  element.setAttribute = (name, value) => {
    if (name === 'style') element.style.cssText = value;
    else plain(name, value);
  };
  return element;
}

/** The page, but for the elements that are made with it. */
export function strictDocument(page: Document, nonce: string): Document {
  const createElement = (name: string, options?: ElementCreationOptions): HTMLElement =>
    prepared(page.createElement(name, options), nonce);
  return new Proxy(page, {
    get(target, name) {
      if (name === 'createElement') return createElement;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  });
}

/**
 * Runs `open` with the page itself making such elements: one part of the terminal takes the page whatever it is given.
 * Synchronous, so that nothing else is made meanwhile.
 */
export function openStrictly(page: Document, nonce: string, open: () => void): void {
  const plain = page.createElement.bind(page);
  Object.defineProperty(page, 'createElement', {
    configurable: true,
    value: (name: string, options?: ElementCreationOptions) => prepared(plain(name, options), nonce),
  });
  try {
    open();
  } finally {
    Reflect.deleteProperty(page, 'createElement');
  }
}
