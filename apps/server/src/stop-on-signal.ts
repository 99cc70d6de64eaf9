/**
 * Stops once on SIGINT or SIGTERM and ends the process: 0 after a clean stop, 1 otherwise. A second signal ends it at
 * once, which loses nothing that was acknowledged.
 */
export function stopOnSignal(stop: () => Promise<void>, onError: (error: unknown) => void): void {
  let stopping = false;
  const handle = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        onError(error);
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", handle);
  process.on("SIGTERM", handle);
}
