import { Alert, Anchor } from "@mantine/core";
import { IconPlayerPause } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTRPC } from "../../app/trpc.ts";

/** Says that the whole organization is refused beforehand, and why; nothing where it is not. */
export function PausedAlert() {
  const trpc = useTRPC();
  const pauses = useQuery(trpc.budgets.pauses.queryOptions({}));
  const budgets = useQuery(trpc.budgets.list.queryOptions({ subject: "organization", limit: 3 }));
  const paused = pauses.data?.find(({ subject }) => subject === "organization")?.reason;
  const usedUp = budgets.data?.items.find(({ pausedBecause }) => pausedBecause !== null)?.pausedBecause;
  const reason = paused ?? usedUp;
  if (reason == null) return null;
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconPlayerPause size={18} aria-hidden />}
      title={paused === undefined ? "The organization's budget is used up" : "Spending is paused"}
    >
      {reason} Requests that ask for credits beforehand are refused.{" "}
      <Anchor component={Link} to="/budgets" inherit fw={600}>
        Budgets
      </Anchor>
    </Alert>
  );
}
