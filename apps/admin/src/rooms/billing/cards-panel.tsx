import { Badge, Button, Group, Text } from "@mantine/core";
import { IconCreditCard } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { EmptyState } from "../../app/empty-state.tsx";
import { FormModal } from "../../app/form-modal.tsx";
import { notifyDone, notifyFailure } from "../../app/notify.ts";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import styles from "./billing.module.css";

type Card = Api<"payments", "cards">[number];

/** Saved cards: which one automatic refills charge, adding and forgetting them. */
export function CardsPanel({ pays }: { pays: boolean }) {
  const trpc = useTRPC();
  const cards = useQuery(trpc.payments.cards.queryOptions({}));
  const setup = useMutation(
    trpc.payments.setupCard.mutationOptions({
      meta: { reads: true },
      onSuccess: ({ url }) => {
        if (url !== null) window.location.assign(url);
      },
      onError: notifyFailure,
    }),
  );
  const add = () => setup.mutate({ returnUrl: `${window.location.origin}/billing?for=card` });
  return (
    <Panel
      flush
      title="Saved cards"
      description="The default one is charged by auto top-up."
      action={
        pays && (
          <Button size="xs" variant="default" onClick={add} loading={setup.isPending}>
            Add a card
          </Button>
        )
      }
    >
      <QueryBody
        query={cards}
        flush
        rows={2}
        empty={{
          when: (data) => data.length === 0,
          show: (
            <EmptyState icon={IconCreditCard} title="No saved cards">
              A card can be saved while paying, or added here without paying.
            </EmptyState>
          ),
        }}
      >
        {(data) => (
          <ul className={styles.cards}>
            {data.map((card) => (
              <CardRow key={card.id} card={card} pays={pays} />
            ))}
          </ul>
        )}
      </QueryBody>
    </Panel>
  );
}

function CardRow({ card, pays }: { card: Card; pays: boolean }) {
  const trpc = useTRPC();
  const [removing, setRemoving] = useState(false);
  const choose = useMutation(
    trpc.payments.setDefaultCard.mutationOptions({
      onSuccess: () => notifyDone(`${nameOf(card)} is the default now.`),
      onError: notifyFailure,
    }),
  );
  const remove = useMutation(
    trpc.payments.removeCard.mutationOptions({
      onSuccess: () => {
        notifyDone(`${nameOf(card)} is removed.`);
        close();
      },
    }),
  );
  const close = () => {
    remove.reset();
    setRemoving(false);
  };
  return (
    <li className={styles.card}>
      <div>
        <Group gap="xs">
          <Text size="sm" fw={500}>
            {nameOf(card)}
          </Text>
          {card.isDefault && (
            <Badge variant="light" color="teal">
              Default
            </Badge>
          )}
        </Group>
        <Text size="xs" c="dimmed">
          Expires {String(card.expiryMonth).padStart(2, "0")}/{card.expiryYear}
        </Text>
      </div>
      {pays && (
        <Group gap="xs">
          {!card.isDefault && (
            <Button
              size="xs"
              variant="default"
              loading={choose.isPending}
              aria-label={`Make default: ${nameOf(card)}`}
              onClick={() => choose.mutate({ paymentMethodId: card.id })}
            >
              Make default
            </Button>
          )}
          <Button
            size="xs"
            variant="default"
            aria-label={`Remove ${nameOf(card)}`}
            onClick={() => setRemoving(true)}
          >
            Remove
          </Button>
        </Group>
      )}
      <FormModal
        opened={removing}
        title="Remove this card?"
        submitLabel="Remove the card"
        danger
        pending={remove.isPending}
        error={remove.error}
        onClose={close}
        onSubmit={(event) => {
          event?.preventDefault();
          remove.mutate({ paymentMethodId: card.id });
        }}
      >
        <Text size="sm">{nameOf(card)} is forgotten. To use it again, it has to be added again.</Text>
      </FormModal>
    </li>
  );
}

/** "Visa ending in 4242". */
const nameOf = ({ brand, lastFour }: Pick<Card, "brand" | "lastFour">): string =>
  `${brand.slice(0, 1).toUpperCase()}${brand.slice(1)} ending in ${lastFour}`;
