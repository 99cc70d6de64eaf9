import { Badge, Text } from "@mantine/core";
import { Money } from "../../money/money.tsx";
import { periodWords } from "../budgets/subject-text.ts";
import type { KeySpending } from "./keys-panel.tsx";

/** What a key may spend, what it has spent, and why it is refused where it is. */
export const KeyLimits = ({ limits: { budgets, pausedBecause } }: { limits: KeySpending }) => (
  <>
    {budgets.map(({ id, period, spent, limit }) => (
      <Text key={id} size="xs" c="dimmed">
        {periodWords[period]}: <Money amount={spent} /> of <Money amount={limit} />
      </Text>
    ))}
    {pausedBecause !== null && (
      <Text size="xs" component="div" mt={2}>
        <Badge size="sm" variant="light" color="red" mr={6}>
          refused
        </Badge>
        {pausedBecause}
      </Text>
    )}
  </>
);
