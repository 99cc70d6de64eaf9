/** A query that can be taken back while the database works on it. */
type Running<T> = PromiseLike<T> & { cancel: () => void };

/** Waits for a query, and has the database end it when the signal says so; it then fails as cancelled. */
export async function stoppable<T>(stop: AbortSignal, query: Running<T>): Promise<T> {
  stop.throwIfAborted();
  const cancel = (): void => query.cancel();
  stop.addEventListener("abort", cancel, { once: true });
  try {
    return await query;
  } finally {
    stop.removeEventListener("abort", cancel);
  }
}
