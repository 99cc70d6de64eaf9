import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTRPC } from "../../app/trpc.ts";

/**
 * Reads again what a payment page changes, now and a few times more: the provider's messages about the card, and the
 * invoice, come moments after the page.
 */
export function useFollowUp(active: boolean): void {
  const trpc = useTRPC();
  const queries = useQueryClient();
  useEffect(() => {
    if (!active) return;
    const keys = [
      trpc.billing.pathKey(),
      trpc.invoices.pathKey(),
      trpc.payments.cards.queryKey(),
      trpc.payments.autoTopUp.queryKey(),
    ];
    const refresh = () => {
      for (const queryKey of keys) void queries.invalidateQueries({ queryKey });
    };
    refresh();
    const timers = LOOKS_MS.map((after) => setTimeout(refresh, after));
    return () => {
      for (const timer of timers) clearTimeout(timer);
    };
  }, [active, queries, trpc]);
}

const LOOKS_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000];
