import { Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { dayText, instantText } from "../../app/instant-text.ts";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { Facts } from "../wallet/facts.tsx";
import type { TypedRule } from "./typed-rule.ts";

type Simulation = Api<"payments", "simulateAutoTopUp">;

/**
 * What the rule as it is typed would have charged in the last 30 days. Asked for by a press, and gone as soon as the
 * rule is another one.
 *
 * @param rule null while a field cannot be read
 */
export function LastMonth({ rule, onAsk }: { rule: TypedRule | null; onAsk: () => boolean }) {
  const [asked, setAsked] = useState<TypedRule | null>(null);
  const shown = asked !== null && rule !== null && sameRule(asked, rule) ? asked : null;
  return (
    <Stack gap="xs">
      <Group>
        <Button variant="default" onClick={() => onAsk() && setAsked(rule)}>
          What would it have charged last month?
        </Button>
      </Group>
      {shown !== null && <Played rule={shown} />}
    </Stack>
  );
}

function Played({ rule }: { rule: TypedRule }) {
  const played = useQuery(useTRPC().payments.simulateAutoTopUp.queryOptions(rule));
  return <QueryBody query={played}>{(data) => <Outcome played={data} />}</QueryBody>;
}

function Outcome({ played }: { played: Simulation }) {
  const { charges, stopped } = played;
  const more = charges.length - SHOWN;
  return (
    <div role="status">
      <Text size="sm">
        {charges.length === 0 ? (
          <>Between {span(played)} it would have charged nothing.</>
        ) : (
          <>
            Between {span(played)} it would have charged{" "}
            {charges.length === 1 ? "once" : `${charges.length} times`}, <Money amount={played.total} /> in
            all. The balance would have been <Money amount={played.lowest} /> at the lowest.
          </>
        )}
      </Text>
      {charges.length > 0 && (
        <Facts>
          {charges.slice(0, SHOWN).map((charge) => (
            <Facts.Item key={charge.at.toISOString()} name={instantText(charge.at)}>
              <Money amount={charge.amount} />: <Money amount={charge.before} /> became{" "}
              <Money amount={charge.after} />
            </Facts.Item>
          ))}
        </Facts>
      )}
      {more > 0 && (
        <Text size="sm">{more === 1 ? "One more charge is" : `${more} more charges are`} in the sum.</Text>
      )}
      {stopped[0] !== undefined && (
        <Text size="sm">
          On {dayText(stopped[0].at)} a cap would have stopped it with <Money amount={stopped[0].balance} />{" "}
          left
          {stopped.length > 1 && `, and ${stopped.length - 1} more times after that`}.
        </Text>
      )}
      <Text size="xs" c="dimmed">
        Played over what was spent and bought then. Requests that were refused for lack of credits are not in
        it.
      </Text>
    </div>
  );
}

const span = ({ from, to }: Simulation): string => `${dayText(from)} and ${dayText(to)}`;

const sameRule = (a: TypedRule, b: TypedRule): boolean =>
  a.mode === b.mode &&
  a.threshold === b.threshold &&
  a.amount === b.amount &&
  a.dailyCap === b.dailyCap &&
  a.monthlyCap === b.monthlyCap;

const SHOWN = 5;
