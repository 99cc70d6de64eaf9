import type { ContractTerms } from "@ratebook/core";

/** The parts of a contract, a line each. */
export function termsText(terms: ContractTerms): string[] {
  const lines = [
    terms.prices.length > 0 && `Agreed prices: ${terms.prices.length}`,
    terms.rules.length > 0 && `Markup rules: ${terms.rules.map(({ id }) => id).join(", ")}`,
    ...terms.discounts.map(
      ({ id, by, tiers }) =>
        `Discount ${id} by ${by}: ${tiers
          .map(
            ({ above, discountBps }) => `${discountBps / 100} % above ${by === "spend" ? "$" : ""}${above}`,
          )
          .join(", ")}`,
    ),
    terms.priceLock !== null &&
      `Prices of version ${terms.priceLock.catalogueVersion} until ${terms.priceLock.until.slice(0, 10)}`,
    terms.creditLine !== null && `Credit line $${terms.creditLine.amount} a month`,
    terms.invoicing !== null && `Invoices due in ${terms.invoicing.netDays} days`,
  ].filter((line) => line !== false);
  return lines.length === 0 ? ["No terms of its own"] : lines;
}
