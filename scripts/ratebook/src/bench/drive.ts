/** What callers got done in a stretch of time. */
export type Driven = {
  operations: number;
  perSecond: number;
  /** Of each operation. */
  latenciesMs: readonly number[];
};

/**
 * Lets a number of callers repeat an operation, each waiting for its answer before the next, for a stretch of time.
 * An operation that throws ends the bench.
 */
export async function drive(
  { callers, forMs }: { callers: number; forMs: number },
  operation: () => Promise<void>,
): Promise<Driven> {
  const latenciesMs: number[] = [];
  const start = performance.now();
  const caller = async (): Promise<void> => {
    for (let begun = performance.now(); begun < start + forMs; ) {
      await operation();
      const ended = performance.now();
      latenciesMs.push(ended - begun);
      begun = ended;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const seconds = (performance.now() - start) / 1000;
  return { operations: latenciesMs.length, perSecond: latenciesMs.length / seconds, latenciesMs };
}
