import { useMutation, useQueryClient } from "@tanstack/react-query";
import { notifyDone, notifyFailure } from "../../app/notify.ts";
import { useTRPC } from "../../app/trpc.ts";

/** Pauses or resumes a subject, then reads the budgets again. */
export function usePause(words: string, after?: () => void) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  return useMutation(
    trpc.budgets.pause.mutationOptions({
      onSuccess: async () => {
        notifyDone(words);
        after?.();
        await queries.invalidateQueries({ queryKey: trpc.budgets.pathKey() });
      },
      onError: notifyFailure,
    }),
  );
}
