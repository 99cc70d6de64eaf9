import { Text } from "@mantine/core";
import type { Api } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { NOT_PRICED } from "../../money/not-priced.ts";

type Cost = Pick<Api<"resources", "standing">, "infrastructureDaily" | "hasUnpriced">;

/** What a day of somebody's infrastructure costs; what has no price is not free, and is said. */
export function InfrastructureCost({ of: { infrastructureDaily, hasUnpriced } }: { of: Cost }) {
  if (!hasUnpriced) return <Money amount={infrastructureDaily} />;
  if (infrastructureDaily === 0n) return NOT_PRICED;
  return (
    <>
      <Money amount={infrastructureDaily} />
      <Text size="xs" c="dimmed" component="span" display="block">
        and some not priced yet
      </Text>
    </>
  );
}
