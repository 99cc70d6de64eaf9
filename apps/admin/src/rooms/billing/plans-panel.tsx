import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { FormModal } from "../../app/form-modal.tsx";
import { dayText } from "../../app/instant-text.ts";
import { notifyDone, notifyFailure } from "../../app/notify.ts";
import { Panel } from "../../app/panel.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { operationKey } from "../wallet/operation-key.ts";
import styles from "./billing.module.css";

type Plan = Api<"payments", "plans">[number];
type Taken = Api<"payments", "recurringGrants">[number];

/** Plans that are sold and the one that runs; nothing at all where there is neither. */
export function PlansPanel({ pays }: { pays: boolean }) {
  const trpc = useTRPC();
  const plans = useQuery(trpc.payments.plans.queryOptions());
  // Back from the payment page, the rail's word may still be on its way.
  const awaited = new URLSearchParams(window.location.search).get("subscribed");
  const taken = useQuery({
    ...trpc.payments.recurringGrants.queryOptions({}),
    refetchInterval: ({ state }) => (awaited !== null && !state.data?.some(runs) ? 2_000 : false),
  });
  const running = (taken.data ?? []).filter(runs);
  const offered = (plans.data ?? []).filter(
    (plan) => !running.some((it) => it.planId === plan.id && it.cancelledAt === null),
  );
  if (running.length === 0 && offered.length === 0) return null;
  return (
    <Panel
      flush
      title="Plans"
      description="Paid every period, with credits included. They end with the period, but for what rolls over."
    >
      <ul className={styles.cards}>
        {running.map((it) => (
          <Running key={it.id} taken={it} pays={pays} />
        ))}
        {offered.map((plan) => (
          <Offer key={plan.id} plan={plan} pays={pays} />
        ))}
      </ul>
    </Panel>
  );
}

const runs = (taken: Taken): boolean => taken.planId !== null && taken.active;

function Offer({ plan, pays }: { plan: Plan; pays: boolean }) {
  // One key for one wish: pressing again after a lost answer opens the same page.
  const key = useRef(operationKey());
  const subscribe = useMutation(
    useTRPC().payments.subscribe.mutationOptions({
      meta: { reads: true },
      onSuccess: ({ url }) => {
        if (url !== null) window.location.assign(url);
      },
      onError: notifyFailure,
    }),
  );
  return (
    <li className={styles.card}>
      <Stack gap={2}>
        <Text fw={600}>{plan.name}</Text>
        <Text size="sm">
          <Money amount={plan.price} /> a {plan.period}, <Money amount={plan.included} /> of credits included
          {plan.rolloverCap > 0n && (
            <>
              , up to <Money amount={plan.rolloverCap} /> roll over
            </>
          )}
        </Text>
        {plan.description !== "" && (
          <Text size="sm" c="dimmed">
            {plan.description}
          </Text>
        )}
      </Stack>
      {pays && (
        <Button
          size="xs"
          aria-label={`Subscribe to ${plan.name}`}
          loading={subscribe.isPending}
          onClick={() => subscribe.mutate({ plan: plan.slug, idempotencyKey: key.current })}
        >
          Subscribe
        </Button>
      )}
    </li>
  );
}

function Running({ taken, pays }: { taken: Taken; pays: boolean }) {
  const [asking, setAsking] = useState(false);
  const cancel = useMutation(
    useTRPC().payments.cancelPlan.mutationOptions({
      onSuccess: () => {
        setAsking(false);
        notifyDone(`${taken.name} will not be renewed.`);
      },
    }),
  );
  const until = taken.paidUntil === null ? "" : dayText(taken.paidUntil);
  return (
    <li className={styles.card}>
      <Stack gap={2}>
        <Group gap="xs">
          <Text fw={600}>{taken.name}</Text>
          <Badge variant="light" color={taken.cancelledAt === null ? "green" : "gray"}>
            {taken.cancelledAt === null ? "Running" : "Cancelled"}
          </Badge>
        </Group>
        <Text size="sm">
          <Money amount={taken.amount} /> of credits a {taken.period},{" "}
          {taken.cancelledAt === null ? `renewed on ${until}` : `until ${until}`}
        </Text>
      </Stack>
      {pays && taken.cancelledAt === null && (
        <Button
          size="xs"
          variant="default"
          aria-label={`Cancel ${taken.name}`}
          onClick={() => setAsking(true)}
        >
          Cancel
        </Button>
      )}
      <FormModal
        opened={asking}
        title={`Cancel ${taken.name}?`}
        submitLabel="Do not renew"
        pending={cancel.isPending}
        error={cancel.error}
        onClose={() => {
          cancel.reset();
          setAsking(false);
        }}
        onSubmit={(event) => {
          event?.preventDefault();
          cancel.mutate({ id: taken.id });
        }}
      >
        <Text size="sm">It is not renewed. What you have paid for stays until {until}.</Text>
      </FormModal>
    </li>
  );
}
