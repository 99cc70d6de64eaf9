import { Text, VisuallyHidden } from "@mantine/core";
import { moneyText } from "../../money/money-text.ts";
import { type DaySpend, greatestOf, share } from "./spend.ts";

/** A bar a day; the exact amounts are a list to screen readers and a hint to the pointer. */
export function DailySpend({ days }: { days: readonly DaySpend[] }) {
  const greatest = greatestOf(days.map(({ amount }) => amount));
  return (
    <figure className="daily-spend">
      <div className="daily-bars" aria-hidden>
        {days.map(({ day, amount }) => (
          <div key={day} className="daily-bar" title={`${day}: ${moneyText(amount)}`}>
            <div
              style={{ height: `${share(amount, greatest) / 10}%` }}
              data-empty={amount === 0n || undefined}
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
          {days.map(({ day, amount }) => (
            <li key={day}>
              {day}: {moneyText(amount)}
            </li>
          ))}
        </ul>
      </VisuallyHidden>
    </figure>
  );
}
