// What nobody but the way out may ask for: the same words of an agent would be taken for a connection that somebody listed.
export const WAY_OUT_MODULE = 'network';
