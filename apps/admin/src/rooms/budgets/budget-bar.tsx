import { Progress, Text } from "@mantine/core";
import { Money } from "../../money/money.tsx";
import type { BudgetRow } from "./subject-text.ts";

/** What of a budget's period is spent and reserved, exact above and drawn below. */
export function BudgetBar({ budget }: { budget: BudgetRow }) {
  const { spent, held, limit, percent, name, hard } = budget;
  const reserved = Math.min(100 - Math.min(percent, 100), Number((held * 100n) / limit));
  const color = percent >= 100 ? (hard ? "red.7" : "orange.6") : percent >= 80 ? "orange.6" : "teal.6";
  return (
    <div style={{ minWidth: 200 }}>
      <Text size="sm">
        <Money amount={spent} /> of <Money amount={limit} />
      </Text>
      <Progress.Root size="sm" my={4}>
        <Progress.Section
          value={Math.min(percent, 100)}
          color={color}
          aria-label={`Spent by ${name}, in percent`}
        />
        {reserved > 0 && <Progress.Section value={reserved} color="gray.5" aria-label="Reserved by holds" />}
      </Progress.Root>
      <Text size="xs" c="dimmed">
        {percent} % spent
        {held > 0n && (
          <>
            , <Money amount={held} /> reserved
          </>
        )}
      </Text>
    </div>
  );
}
