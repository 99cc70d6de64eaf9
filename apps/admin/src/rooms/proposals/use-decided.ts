import { useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "../../app/trpc.ts";

/** Reads everything anew that the decision on a price change may have changed. */
export function useDecided(): () => Promise<unknown> {
  const trpc = useTRPC();
  const queries = useQueryClient();
  return () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: trpc.catalog.pathKey() }),
      queries.invalidateQueries({ queryKey: trpc.pricing.pathKey() }),
      queries.invalidateQueries({ queryKey: trpc.ops.pathKey() }),
    ]);
}
