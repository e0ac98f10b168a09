export const watchAgents = (_parts: unknown): Disposable => ({ [Symbol.dispose]() {} });
