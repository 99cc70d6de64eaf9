import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../../app/trpc.ts";
import type { KeySpending } from "./keys-panel.tsx";

/** Gives what limits the spending of each key of a customer; of the platform's own keys nothing does. */
export function useKeyLimits(customer: string | null): (keyId: string) => KeySpending {
  const trpc = useTRPC();
  const of = { customer: customer ?? "" };
  const enabled = customer !== null;
  const budgets = useQuery({
    ...trpc.budgets.list.queryOptions({ ...of, subject: "key", limit: 200 }),
    enabled,
  });
  const pauses = useQuery({ ...trpc.budgets.pauses.queryOptions(of), enabled });
  return (keyId) => {
    const own = budgets.data?.items.filter(({ subjectId }) => subjectId === keyId) ?? [];
    const paused = pauses.data?.find(({ subject, subjectId }) => subject === "key" && subjectId === keyId);
    const usedUp = own.find(({ pausedBecause }) => pausedBecause !== null)?.pausedBecause;
    return { budgets: own, pausedBecause: paused?.reason ?? usedUp ?? null };
  };
}
