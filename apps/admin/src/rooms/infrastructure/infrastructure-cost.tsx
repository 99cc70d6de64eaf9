import { Text } from "@mantine/core";
import type { Nanos } from "@ratebook/core";
import { Money } from "../../money/money.tsx";
import { NOT_PRICED } from "../../money/not-priced.ts";

type InfrastructureCostProps = {
  amount: Nanos;
  /** Whether there is more, of which nobody knows the price. */
  hasUnpriced: boolean;
};

/** What some of somebody's infrastructure costs; what has no price is not free, and is said. */
export function InfrastructureCost({ amount, hasUnpriced }: InfrastructureCostProps) {
  if (!hasUnpriced) return <Money amount={amount} />;
  if (amount === 0n) return NOT_PRICED;
  return (
    <>
      <Money amount={amount} />
      <Text size="xs" c="dimmed" component="span" display="block">
        and some not priced yet
      </Text>
    </>
  );
}
