import { Badge, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import type { MarkupRule } from "@ratebook/core";
import { IconTestPipe } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { EmptyState } from "../../app/empty-state.tsx";
import { ErrorState } from "../../app/error-state.tsx";
import { LoadingRows } from "../../app/loading.tsx";
import { Panel } from "../../app/panel.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { RateConditions } from "../catalogue/rate-conditions.tsx";
import { unitPrice } from "../catalogue/unit-price.ts";
import { UnitPrice } from "../catalogue/unit-price-text.tsx";
import { meterText } from "../wallet/meter-text.ts";
import classes from "./markup.module.css";
import { effectText } from "./rule-text.ts";

/** Which rule wins for the meters of an offering and why the others do not, under the rules in force or the draft. */
export function SimulatorPanel({ draft }: { draft: readonly MarkupRule[] | null }) {
  const [typed, setTyped] = useState("");
  const [offering, setOffering] = useState("");
  const simulation = useQuery(
    useTRPC().pricing.simulateMarkup.queryOptions(
      { offering, ...(draft !== null && { rules: [...draft] }) },
      { enabled: offering !== "", placeholderData: keepPreviousData },
    ),
  );
  return (
    <Panel
      title="Which rule wins?"
      description={draft === null ? "Under the rules in force." : "Under the draft above."}
    >
      <Stack gap="md">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            setOffering(typed.trim());
          }}
        >
          <Group gap="sm" align="flex-end">
            <TextInput
              label="Offering"
              placeholder="openai/gpt-5.2"
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              style={{ flex: "1 1 220px" }}
            />
            <Button type="submit" variant="default" leftSection={<IconTestPipe size={16} aria-hidden />}>
              Explain
            </Button>
          </Group>
        </form>
        {offering !== "" && simulation.isError && <ErrorState error={simulation.error} />}
        {offering !== "" && simulation.isPending && <LoadingRows rows={2} />}
        {simulation.data && !simulation.isError && <Meters simulation={simulation.data} />}
      </Stack>
    </Panel>
  );
}

type Simulation = Api<"pricing", "simulateMarkup">;

const Meters = ({ simulation: { meters } }: { simulation: Simulation }) =>
  meters.length === 0 ? (
    <EmptyState icon={IconTestPipe} title="It has no rate in force" />
  ) : (
    <ul className={classes.meters} aria-label="Meters">
      {meters.map((simulated) => (
        <SimulatedMeter key={simulated.meter} simulated={simulated} />
      ))}
    </ul>
  );

const SimulatedMeter = ({ simulated }: { simulated: Simulation["meters"][number] }) => {
  const { meter, rule, passedOver, notReached, rates } = simulated;
  return (
    <li className={classes.meter} aria-label={meterText(meter)}>
      <div>
        <Text size="sm" fw={600}>
          {meterText(meter)}
        </Text>
        {rates.map((rate) => (
          <Text key={rate.rateId} size="sm" component="div">
            <UnitPrice price={unitPrice(rate, "1m")} quiet /> sells at{" "}
            <UnitPrice price={unitPrice({ ...rate, usd: rate.sellUsd }, "1m")} />
            <RateConditions when={rate.when} />
          </Text>
        ))}
      </div>
      <ol className={classes.reasons}>
        {passedOver.map(({ ruleId, because }) => (
          <li key={ruleId}>
            <span className={classes.passed}>{ruleId}</span>: {because}
          </li>
        ))}
        <li>
          <Group gap={6} component="span">
            <span className={classes.id}>{rule.id}</span>
            <Badge size="sm" variant="light" color="teal">
              Wins
            </Badge>
            <span>{effectText(rule)}</span>
          </Group>
        </li>
        {notReached.map((ruleId) => (
          <li key={ruleId}>
            <span className={classes.passed}>{ruleId}</span>: not asked any more
          </li>
        ))}
      </ol>
    </li>
  );
};
