import { Alert, Anchor, List, Text } from "@mantine/core";
import { IconFileText } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { instantText } from "../../app/instant-text.ts";
import type { Api } from "../../app/trpc.ts";
import { appliesTo } from "../contracts/term-entries.ts";
import { tierWords } from "../contracts/tier-words.ts";

/** Says that a list shows the reader's own prices, and what a contract does besides; nothing for everybody's prices. */
export function OwnPricesNotice({ contract }: Pick<Api<"pricing", "models">, "contract">) {
  if (contract === null) return null;
  const { contract: label, validUntil, priceLock, volumeDiscounts } = contract;
  return (
    <Alert color="teal" variant="light" icon={<IconFileText size={18} aria-hidden />} title="Your prices">
      <Text size="sm">
        What you agreed with the platform ({label}
        {validUntil !== null && <>, until {instantText(validUntil)}</>}): quotes and debits of your
        organization use these prices. Everybody's price stands below yours where they differ.{" "}
        <Anchor component={Link} to="/terms" inherit>
          Your terms
        </Anchor>
      </Text>
      <List size="sm" mt={6}>
        {priceLock !== null && (
          <List.Item>
            Rates stay those of catalogue version {priceLock.catalogueVersion} until{" "}
            {instantText(priceLock.until)}.
          </List.Item>
        )}
        {volumeDiscounts.map((discount) => (
          <List.Item key={discount.id}>
            Volume discount {discount.id} comes off besides, on {appliesTo(discount.match)}:{" "}
            {tierWords(discount).join(" ")} Each receipt shows what it took off.
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
