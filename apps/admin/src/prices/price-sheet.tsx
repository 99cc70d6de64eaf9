import { Badge, Group, Paper, Text, Title } from "@mantine/core";
import { useState } from "react";
import { dayText } from "../app/instant-text.ts";
import { DefaultRequest } from "../rooms/catalogue/default-request.tsx";
import { OwnPrice } from "../rooms/catalogue/own-price.tsx";
import { PriceAge } from "../rooms/catalogue/price-age.tsx";
import { RateConditions } from "../rooms/catalogue/rate-conditions.tsx";
import { inReadingOrder, leadingRates, type PricedModel } from "../rooms/catalogue/shown-rates.ts";
import type { TokenScale } from "../rooms/catalogue/unit-price.ts";
import { meterText } from "../rooms/wallet/meter-text.ts";
import classes from "./prices.module.css";
import { rateTermsText } from "./rate-terms-text.ts";

type PriceSheetProps = { provider: string; items: readonly PricedModel[]; scale: TokenScale };

/** The models of one provider with what they sell at; each opens to all of its rates. */
export const PriceSheet = ({ provider, items, scale }: PriceSheetProps) => (
  <section aria-label={provider}>
    <Title order={2} mb="xs" className={classes.provider}>
      {provider}
    </Title>
    <Paper withBorder>
      <ul className={classes.models}>
        {items.map((item) => (
          <Model key={item.offering} item={item} scale={scale} />
        ))}
      </ul>
    </Paper>
  </section>
);

function Model({ item, scale }: { item: PricedModel; scale: TokenScale }) {
  const [opened, setOpened] = useState(false);
  const { shown, more } = leadingRates(item.rates, 3);
  return (
    <li className={classes.model} aria-label={item.name ?? item.offering}>
      <div className={classes.head}>
        <div className={classes.name}>
          <Title order={3} className={classes.modelName}>
            {item.name ?? item.model}
          </Title>
          <Text size="xs" c="dimmed" className={classes.id}>
            {item.offering}
          </Text>
          <Group gap={6} mt={6}>
            <Badge variant="default" size="sm" fw={500}>
              {item.modality}
            </Badge>
            <PriceAge item={item} />
          </Group>
        </div>
        <Rates rates={shown} scale={scale} />
      </div>
      <details
        className={classes.more}
        onToggle={(event) => setOpened(event.currentTarget.open)}
        open={opened}
      >
        <summary>
          {more > 0 ? `All ${item.rates.length} prices` : "Details"}
          <span className="visually-hidden"> of {item.name ?? item.offering}</span>
        </summary>
        {opened && (
          <div className={classes.all}>
            <Rates rates={inReadingOrder(item.rates)} scale={scale} full />
            <DefaultRequest offering={item.offering} />
          </div>
        )}
      </details>
    </li>
  );
}

type RatesProps = { rates: readonly PricedModel["rates"][number][]; scale: TokenScale; full?: boolean };

const Rates = ({ rates, scale, full = false }: RatesProps) => (
  <dl className={full ? classes.allRates : classes.rates}>
    {rates.map((rate) => {
      const terms = rateTermsText(rate);
      return (
        <div key={rate.rateId} className={classes.rate}>
          <dt>
            {meterText(rate.meter)}
            <RateConditions when={rate.when} />
            {full && (
              <span className={classes.terms}>
                {terms !== null && `${terms}, `}
                since {dayText(rate.openedAt)}, catalogue version {rate.openedVersion}
              </span>
            )}
          </dt>
          <dd>
            {rate.free ? <span className={classes.free}>Free</span> : <OwnPrice rate={rate} scale={scale} />}
          </dd>
        </div>
      );
    })}
  </dl>
);
