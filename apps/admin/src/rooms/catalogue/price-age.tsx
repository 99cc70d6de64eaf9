import { Badge, Group, Text } from "@mantine/core";
import { Age } from "../../app/age.tsx";
import type { PricedModel } from "./shown-rates.ts";

type PriceAgeProps = { item: Pick<PricedModel, "checkedAt" | "stale" | "missingSince"> };

/** When a price was last checked at its origin, and what is doubtful about it. */
export const PriceAge = ({ item: { checkedAt, stale, missingSince } }: PriceAgeProps) => (
  <Group gap={6}>
    <Text span size="sm">
      {checkedAt === null ? "Not dated" : <Age at={checkedAt} />}
    </Text>
    {stale && (
      <Badge
        color="orange"
        variant="light"
        size="sm"
        title="Its source has not been read for longer than its freshness allows"
      >
        Stale
      </Badge>
    )}
    {missingSince !== null && (
      <Badge
        color="orange"
        variant="light"
        size="sm"
        title="Its source no longer names it; its last good price is served on"
      >
        Missing at source
      </Badge>
    )}
  </Group>
);
