import classes from "./catalogue.module.css";
import type { ShownPrice } from "./unit-price.ts";

/** A price and the unit it is for, in figures of equal width. */
export const UnitPrice = ({
  price: { amount, per },
  quiet = false,
}: {
  price: ShownPrice;
  quiet?: boolean;
}) => (
  <>
    <span className={quiet ? "money" : `money ${classes.sell}`}>{amount}</span>
    <span className={classes.per}> / {per}</span>
  </>
);
