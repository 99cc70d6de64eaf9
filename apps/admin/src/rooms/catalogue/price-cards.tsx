import { Badge, Group } from "@mantine/core";
import { meterText } from "../wallet/meter-text.ts";
import classes from "./catalogue.module.css";
import { ListedSwitch } from "./listed-switch.tsx";
import { markupText } from "./markup-text.ts";
import { ModelLink } from "./model-link.tsx";
import { OwnPrice } from "./own-price.tsx";
import { PriceAge } from "./price-age.tsx";
import type { PriceListProps } from "./price-table.tsx";
import { RateConditions } from "./rate-conditions.tsx";
import { leadingRates } from "./shown-rates.ts";
import { SourceBadge } from "./source-badge.tsx";
import { unitPrice } from "./unit-price.ts";

/** The price list on a small screen: a card for each offering, what it sells at first. */
export const PriceCards = ({ items, scale, isOperator }: PriceListProps) => (
  <ul className={classes.cards} aria-label="Prices">
    {items.map((item) => {
      const { shown, more } = leadingRates(item.rates, 4);
      return (
        <li key={item.offering} className={classes.card}>
          <Group justify="space-between" align="flex-start" wrap="nowrap" gap="sm">
            <div className={classes.name}>
              <ModelLink offering={item.offering} name={item.name} scale={scale} />
            </div>
            {isOperator && <ListedSwitch offering={item.offering} listed={item.listed} />}
          </Group>
          <dl className={classes.lines}>
            {shown.map((rate) => (
              <div key={rate.rateId} className={classes.line}>
                <dt>
                  {meterText(rate.meter)}
                  <RateConditions when={rate.when} />
                </dt>
                <dd>
                  <OwnPrice rate={rate} scale={scale} />
                  <span className={classes.upstream}>
                    {unitPrice(rate, scale).amount} upstream, {markupText(rate)}
                  </span>
                </dd>
              </div>
            ))}
          </dl>
          <Group gap="xs">
            <Badge variant="default" size="sm" fw={500}>
              {item.modality}
            </Badge>
            <SourceBadge source={item.source} />
            <PriceAge item={item} />
            {more > 0 && <span className={classes.more}>{more} more</span>}
          </Group>
        </li>
      );
    })}
  </ul>
);
