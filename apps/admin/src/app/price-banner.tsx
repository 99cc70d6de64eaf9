import { Alert, Anchor } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { alarmLines } from "./alarm-lines.ts";
import { useTRPC } from "./trpc.ts";

/** Tells an operator in every room what is wrong with prices: in red where customers are billed by them. */
export function PriceBanner() {
  const trpc = useTRPC();
  const alarms = useQuery(trpc.catalog.alarms.queryOptions(undefined, { refetchInterval: REFRESH_MS }));
  const sources = useQuery(trpc.catalog.sources.queryOptions(undefined, { refetchInterval: REFRESH_MS }));
  const lines = alarmLines(alarms.data, sources.data ?? []);
  if (lines.length === 0) return null;
  const loud = lines.some((line) => line.loud);
  return (
    <Alert
      mb="lg"
      variant="light"
      color={loud ? "red" : "orange"}
      icon={<IconAlertTriangle size={18} aria-hidden />}
      title={loud ? "Prices that customers are billed by need you" : "Prices are getting old"}
    >
      <ul className="banner-lines">
        {lines.map(({ text, to, action }) => (
          <li key={text}>
            {text}{" "}
            <Anchor component={Link} to={to} inherit c="inherit">
              {action}
            </Anchor>
          </li>
        ))}
      </ul>
    </Alert>
  );
}

const REFRESH_MS = 60_000;
