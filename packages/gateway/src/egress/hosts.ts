// Whether an address is one of those that were declared, as `uses` of secrets and headers of scripts write them.

/** A host of a list: `example.org` (the scheme's own port), `example.org:8443`, `*.example.org` (below it, not itself). */
export function isHostOf(url: URL, hosts: readonly string[]): boolean {
  const { host } = url;
  return hosts.some((entry) => {
    if (!entry.startsWith('*.')) return entry === host;
    // Its tail with the dot before it: `*.example.org` is neither `example.org` nor `badexample.org`.
    const tail = entry.slice(1);
    return host.length > tail.length && host.endsWith(tail) && !host.startsWith('.');
  });
}
