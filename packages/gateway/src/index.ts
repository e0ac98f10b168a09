// The public face of gateway.
export {};
