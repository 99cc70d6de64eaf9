import { Text, VisuallyHidden } from "@mantine/core";
import { moneyText } from "../../money/money-text.ts";
import { NOT_PRICED, partlyPricedText } from "../../money/not-priced.ts";
import { isUnpriced } from "../usage/spend-amount.tsx";
import { type DaySpend, greatestOf, share } from "./spend.ts";

/** A bar a day; the exact amounts are a list to screen readers and a hint to the pointer. */
export function DailySpend({ days }: { days: readonly DaySpend[] }) {
  const greatest = greatestOf(days.map(({ amount }) => amount));
  return (
    <figure className="daily-spend">
      <div className="daily-bars" aria-hidden>
        {days.map((spend) => (
          <div key={spend.day} className="daily-bar" title={dayText(spend)}>
            <div
              style={{ height: `${share(spend.amount, greatest) / 10}%` }}
              data-empty={spend.amount === 0n || undefined}
            />
          </div>
        ))}
      </div>
      <Text component="figcaption" size="xs" c="dimmed" className="daily-caption">
        <span>{days.at(0)?.day}</span>
        <span>{days.at(-1)?.day} (today, UTC)</span>
      </Text>
      <VisuallyHidden>
        <ul>
          {days.map((spend) => (
            <li key={spend.day}>{dayText(spend)}</li>
          ))}
        </ul>
      </VisuallyHidden>
    </figure>
  );
}

function dayText(spend: DaySpend): string {
  if (isUnpriced(spend)) return `${spend.day}: ${NOT_PRICED.toLowerCase()}`;
  const left = spend.parked === 0 ? "" : `, ${partlyPricedText(spend.parked)}`;
  return `${spend.day}: ${moneyText(spend.amount)}${left}`;
}
