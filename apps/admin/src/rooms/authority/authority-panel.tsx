import { Badge, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { RateConditions } from "../catalogue/rate-conditions.tsx";
import { SourceBadge } from "../catalogue/source-badge.tsx";
import { UnitPrice } from "../catalogue/unit-price-text.tsx";
import { priceOf, ratioText } from "../proposals/proposal.ts";
import { meterText } from "../wallet/meter-text.ts";
import classes from "./authority.module.css";

type Meter = Api<"catalog", "authority">["meters"][number];
type Ranked = Meter["sources"][number];

/** Whose word prices an offering, meter by meter, and what every other source says of it. */
export function AuthorityPanel({ offering }: { offering: string }) {
  const authority = useQuery(useTRPC().catalog.authority.queryOptions({ offering }));
  return (
    <Panel
      flush
      title="Why these prices"
      description="Which source decides, and what the others say. Nothing is averaged, and no cheapest wins."
    >
      <QueryBody
        query={authority}
        flush
        empty={{
          when: ({ meters }) => meters.length === 0,
          show: (
            <Text size="sm" c="dimmed" px="md" pb="md">
              No source states a price of it.
            </Text>
          ),
        }}
      >
        {({ meters }) => (
          <ul className={classes.list} aria-label="Why these prices">
            {meters.map((meter) => (
              <MeterWords key={meter.meter} meter={meter} />
            ))}
          </ul>
        )}
      </QueryBody>
    </Panel>
  );
}

const MeterWords = ({ meter }: { meter: Meter }) => (
  <li className={classes.item} aria-label={meterText(meter.meter)}>
    <div>
      <Text size="sm" fw={600}>
        {meterText(meter.meter)}
      </Text>
      <Text size="sm" c="dimmed">
        {meter.because}
      </Text>
      <Group gap={6} mt={4}>
        {meter.overridden && (
          <Badge size="sm" variant="light" color="blue">
            Overridden
          </Badge>
        )}
        {meter.agreeing.length > 0 && (
          <Badge size="sm" variant="light" color="teal">
            {meter.agreeing.length} {meter.agreeing.length === 1 ? "agrees" : "agree"}
          </Badge>
        )}
        {meter.disagreeing.length > 0 && (
          <Badge size="sm" variant="light" color="red">
            {meter.disagreeing.length} {meter.disagreeing.length === 1 ? "disagrees" : "disagree"}
          </Badge>
        )}
      </Group>
    </div>
    <ol className={classes.sources}>
      {meter.sources.map((source) => (
        <li key={source.source}>
          <SourceWords meter={meter.meter} source={source} />
        </li>
      ))}
    </ol>
  </li>
);

const SourceWords = ({ meter, source }: { meter: string; source: Ranked }) => (
  <>
    <Group gap={6}>
      <SourceBadge source={source.source} />
      {source.decides && (
        <Badge size="sm" variant="light" color="teal">
          Decides
        </Badge>
      )}
      <Text span size="xs" c="dimmed">
        {source.rank === null ? "Witness. " : ""}
        {source.because}
      </Text>
    </Group>
    {source.rates.map(({ when, usd, per, agrees, ratio, missingSince }) => {
      const price = priceOf(meter, usd, per);
      return (
        <Text key={JSON.stringify(when)} size="sm" component="div">
          {price && <UnitPrice price={price} quiet />}
          {agrees === false && (
            <span className={classes.differs}> {ratio && ratioText(ratio)} the billed one</span>
          )}
          {missingSince !== null && <span className={classes.differs}> missing at the source</span>}
          <RateConditions when={when} />
        </Text>
      );
    })}
  </>
);
