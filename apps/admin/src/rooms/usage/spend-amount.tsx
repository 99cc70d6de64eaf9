import { Text } from "@mantine/core";
import { Money } from "../../money/money.tsx";
import type { Explored } from "./usage-room.tsx";

/**
 * What was spent. Where some of it waits for a price that is said, because what has no price is not free; where nothing
 * has one, no amount stands there at all.
 */
export const SpendAmount = ({ sums }: { sums: Spend }) => (
  <>
    {isUnpriced(sums) ? "–" : <Money amount={sums.amount} />}
    {sums.parked > 0 && (
      <Text size="xs" c="dimmed">
        {sums.parked.toLocaleString("en")} without a price yet
      </Text>
    )}
  </>
);

/** Whether nothing of it has a price, so that neither amount nor cost is known. */
export const isUnpriced = ({ amount, parked, requests, bills }: Spend): boolean =>
  amount === 0n && parked > 0 && parked === requests + bills;

type Spend = Pick<Explored["totals"], "amount" | "parked" | "requests" | "bills">;
