import { VisuallyHidden } from "@mantine/core";
import classes from "./catalogue.module.css";
import type { ShownRate } from "./shown-rates.ts";
import { dollars, isLess, type TokenScale, unitPrice } from "./unit-price.ts";
import { UnitPrice } from "./unit-price-text.tsx";

/**
 * What the reader is sold a rate at. Under a contract everybody's price stands below it, struck through where the own one is
 * lower, and what comes besides: a fee, a volume discount.
 */
export function OwnPrice({ rate, scale }: { rate: ShownRate; scale: TokenScale }) {
  const { standardUsd, sellUsd, feePerRequest, volumeDiscount } = rate;
  const isOwn = standardUsd !== sellUsd;
  return (
    <>
      <UnitPrice price={unitPrice({ ...rate, usd: sellUsd }, scale)} />
      {isOwn && (
        <span className={classes.upstream}>
          {standardUsd === null ? (
            "sold to you alone"
          ) : isLess(sellUsd, standardUsd) ? (
            <>
              <VisuallyHidden>instead of the standard price </VisuallyHidden>
              <s>{unitPrice({ ...rate, usd: standardUsd }, scale).amount}</s>
            </>
          ) : (
            `standard ${unitPrice({ ...rate, usd: standardUsd }, scale).amount}`
          )}
        </span>
      )}
      {feePerRequest !== null && (
        <span className={classes.upstream}>and {dollars(feePerRequest)} a request</span>
      )}
      {volumeDiscount !== null && <span className={classes.upstream}>before the volume discount</span>}
    </>
  );
}
