export const watcherPace = { intervalMs: 2000, timeoutMs: 2000 };
