import { Alert, Badge, Button, Group, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { IconCreditCardOff } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { EmptyState } from "../../app/empty-state.tsx";
import { errorSentence } from "../../app/error-sentence.ts";
import { dayText } from "../../app/instant-text.ts";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { moneyText } from "../../money/money-text.ts";
import { operationKey } from "../wallet/operation-key.ts";
import styles from "./billing.module.css";
import { readPurchase } from "./read-dollars.ts";

type Shop = Api<"payments", "packs">;
type Pack = Shop["packs"][number];
type ShopQuery = { data: Shop | undefined; error: unknown; isError: boolean; refetch: () => unknown };

/** Packs and any amount within the limits; both lead to the payment page. */
export const BuyPanel = ({ shop, pays }: { shop: ShopQuery; pays: boolean }) => (
  <Panel
    title="Buy credits"
    description="Paid by card on a page of its own. Purchased credits do not expire."
  >
    <QueryBody
      query={shop}
      empty={{
        when: ({ gateway }) => gateway === null,
        show: (
          <EmptyState icon={IconCreditCardOff} title="No cards are taken here">
            This server has no payment provider configured. Ask the operator for credits.
          </EmptyState>
        ),
      }}
    >
      {(data) => <Offers shop={data} pays={pays} />}
    </QueryBody>
  </Panel>
);

type Choice = { pack: string } | { amount: Pack["price"] };

function Offers({ shop: { packs, limits }, pays }: { shop: Shop; pays: boolean }) {
  const [code, setCode] = useState("");
  const [typed, setTyped] = useState("");
  const [refusal, setRefusal] = useState<string | null>(null);
  // One key for one choice: pressing again after a lost answer opens the same page.
  const asked = useRef({ meaning: "", key: "" });
  const checkout = useMutation(useTRPC().payments.checkout.mutationOptions({ meta: { reads: true } }));
  const buy = (choice: Choice) => {
    const meaning = `${"pack" in choice ? choice.pack : choice.amount} ${code.trim()}`;
    if (asked.current.meaning !== meaning) asked.current = { meaning, key: operationKey() };
    checkout.mutate(
      {
        ...choice,
        ...(code.trim() !== "" && { promotionCode: code.trim() }),
        idempotencyKey: asked.current.key,
      },
      {
        onSuccess: ({ url, sessionId }) => {
          asked.current = { meaning: "", key: "" };
          // A purchase that is over already has no page; what became of it is told here.
          window.location.assign(url ?? `/billing?checkout=success&session_id=${sessionId}`);
        },
      },
    );
  };
  const buyTyped = (event: FormEvent) => {
    event.preventDefault();
    const amount = readPurchase(typed, { ...limits, show: moneyText });
    setRefusal(amount.ok ? null : amount.error);
    if (amount.ok) buy({ amount: amount.value });
  };

  return (
    <Stack gap="md">
      {packs.length > 0 && (
        <SimpleGrid component="ul" cols={{ base: 1, sm: 3 }} className={styles.packs ?? ""}>
          {packs.map((pack) => (
            <PackCard
              key={pack.id}
              pack={pack}
              {...(pays && { onBuy: () => buy({ pack: pack.slug }) })}
              pending={checkout.isPending}
            />
          ))}
        </SimpleGrid>
      )}
      {pays && (
        <form onSubmit={buyTyped} noValidate>
          <Group align="flex-start" gap="sm">
            <TextInput
              label="Another amount in US dollars"
              description={`${moneyText(limits.min)} to ${moneyText(limits.max)}`}
              inputMode="decimal"
              leftSection="$"
              value={typed}
              error={refusal}
              onChange={({ currentTarget }) => setTyped(currentTarget.value)}
            />
            <TextInput
              label="Promotion code"
              description="If you have one; for packs, too"
              autoComplete="off"
              maxLength={64}
              value={code}
              onChange={({ currentTarget }) => setCode(currentTarget.value)}
            />
            <Button type="submit" variant="default" mt={{ base: 0, sm: 44 }} disabled={checkout.isPending}>
              Buy this amount
            </Button>
          </Group>
        </form>
      )}
      {checkout.isError && (
        <Alert color="red" variant="light" role="alert">
          {errorSentence(checkout.error)}
        </Alert>
      )}
    </Stack>
  );
}

type PackCardProps = { pack: Pack; pending: boolean; onBuy?: () => void };

const PackCard = ({ pack, pending, onBuy }: PackCardProps) => (
  <li className={styles.pack}>
    <Group justify="space-between" gap="xs">
      <Text fw={600}>{pack.name}</Text>
      {pack.bonus > 0n && (
        <Badge variant="light" color="teal" tt="none">
          {moneyText(pack.bonus)} bonus
        </Badge>
      )}
    </Group>
    <Text className={styles.price ?? ""}>
      <Money amount={pack.price} />
    </Text>
    <Text size="sm" c="dimmed">
      <Money amount={pack.price} /> of credits
      {pack.bonus > 0n && (
        <>
          {" "}
          + <Money amount={pack.bonus} /> bonus
        </>
      )}
    </Text>
    {pack.description !== "" && <Text size="sm">{pack.description}</Text>}
    {pack.promotion !== null && (
      <Text size="xs" c="dimmed">
        {pack.promotion.label}
        {pack.promotion.endsAt !== null && ` until ${dayText(pack.promotion.endsAt)}`}
      </Text>
    )}
    {onBuy && (
      <Button
        mt="auto"
        onClick={onBuy}
        disabled={pending}
        aria-label={`Buy for ${moneyText(pack.price)}: ${pack.name}`}
      >
        Buy for {moneyText(pack.price)}
      </Button>
    )}
  </li>
);
