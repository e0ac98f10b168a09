// What a model request is for: the upstream's name and what stands behind it, as it was sent. INVARIANT: nobody's decoding
// comes between the agent's bytes and the broker's look at them.
export function modelTarget(url: string): { readonly upstream: string; readonly rest: string } {
  const [, upstream = '', rest = ''] = /^\/model\/([^/?]*)\/(.*)$/s.exec(url) ?? [];
  return { upstream, rest };
}
