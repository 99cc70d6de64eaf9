import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import { meterText } from "../wallet/meter-text.ts";
import classes from "./catalogue.module.css";
import { markupText } from "./markup-text.ts";
import { historyOf, type ModelDetail } from "./model-detail.ts";
import { OwnPrice } from "./own-price.tsx";
import { RateConditions } from "./rate-conditions.tsx";
import { RateStory } from "./rate-story.tsx";
import { inReadingOrder } from "./shown-rates.ts";
import { type TokenScale, unitPrice } from "./unit-price.ts";

/** The rates of an offering on a small screen; each opens to its provenance and history. */
export function RateCards({ model, scale }: { model: ModelDetail; scale: TokenScale }) {
  const [opened, setOpened] = useState<string | null>(null);
  return (
    <ul className={classes.cards} aria-label="Rates">
      {inReadingOrder(model.rates).map((rate) => {
        const isOpen = opened === rate.rateId;
        const Chevron = isOpen ? IconChevronDown : IconChevronRight;
        return (
          <li key={rate.rateId} className={classes.card}>
            <button
              type="button"
              className={classes.rateButton}
              aria-expanded={isOpen}
              onClick={() => setOpened(isOpen ? null : rate.rateId)}
            >
              <span>
                {meterText(rate.meter)}
                <RateConditions when={rate.when} />
              </span>
              <span>
                <OwnPrice rate={rate} scale={scale} />
                <span className={classes.upstream}>
                  {unitPrice(rate, scale).amount} upstream, {markupText(rate)}
                </span>
              </span>
              <Chevron size={18} aria-hidden />
            </button>
            {isOpen && <RateStory rate={rate} history={historyOf(model.history, rate)} scale={scale} />}
          </li>
        );
      })}
    </ul>
  );
}
