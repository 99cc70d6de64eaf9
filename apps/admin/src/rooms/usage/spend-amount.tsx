import { Text } from "@mantine/core";
import type { Nanos } from "@ratebook/core";
import { Money } from "../../money/money.tsx";
import { NOT_PRICED, partlyPricedText } from "../../money/not-priced.ts";

/** Usage added up: what it came to, and how much of it waits for a price. */
export type Spend = {
  amount: Nanos;
  /** Of the requests and bills, those without a price, which are not in the amount. */
  parked: number;
  requests: number;
  bills: number;
};

/**
 * What was spent. Where some of it waits for a price that is said, because what has no price is not free; where nothing
 * has one, no amount stands there at all.
 */
export const SpendAmount = ({ sums }: { sums: Spend }) =>
  isUnpriced(sums) ? (
    NOT_PRICED
  ) : (
    <>
      <Money amount={sums.amount} />
      {sums.parked > 0 && (
        <Text size="xs" c="dimmed" component="span" display="block">
          {partlyPricedText(sums.parked)}
        </Text>
      )}
    </>
  );

/** Whether nothing of it has a price, so that neither amount nor cost is known. */
export const isUnpriced = ({ amount, parked, requests, bills }: Spend): boolean =>
  amount === 0n && parked > 0 && parked === requests + bills;
