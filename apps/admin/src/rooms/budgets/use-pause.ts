import { useMutation } from "@tanstack/react-query";
import { notifyDone, notifyFailure } from "../../app/notify.ts";
import { useTRPC } from "../../app/trpc.ts";

/** Pauses or resumes a subject, and says so. */
export function usePause(words: string, after?: () => void) {
  return useMutation(
    useTRPC().budgets.pause.mutationOptions({
      onSuccess: () => {
        notifyDone(words);
        after?.();
      },
      onError: notifyFailure,
    }),
  );
}
