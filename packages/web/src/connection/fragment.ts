// What stands behind `#` of a link that carries a key: taken once, then out of the address bar and the history.

export function takeFragment(): string {
  const text = location.hash.slice(1);
  if (text !== '') history.replaceState(history.state, '', location.pathname + location.search);
  try {
    return decodeURIComponent(text);
  } catch {
    // Not as we wrote it: the daemon will say that it knows no such link.
    return text;
  }
}
