import { Text } from "@mantine/core";
import { Money } from "../../money/money.tsx";
import type { Explored } from "./usage-room.tsx";

/**
 * What was spent. Where some of it waits for a price that is said, because what has no price is not free; where nothing
 * has one, no amount stands there at all.
 */
export const SpendAmount = ({ sums: { amount, parked, requests, bills } }: { sums: Spend }) => (
  <>
    {amount === 0n && parked > 0 && parked === requests + bills ? "–" : <Money amount={amount} />}
    {parked > 0 && (
      <Text size="xs" c="dimmed">
        {parked.toLocaleString("en")} without a price yet
      </Text>
    )}
  </>
);

type Spend = Pick<Explored["totals"], "amount" | "parked" | "requests" | "bills">;
