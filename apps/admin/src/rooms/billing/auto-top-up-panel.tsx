import { Alert, Badge, Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { dayText, instantText } from "../../app/instant-text.ts";
import { notifyDone, notifyFailure } from "../../app/notify.ts";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { READ_ANEW } from "../../app/read-anew.ts";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { Facts } from "../wallet/facts.tsx";
import { AutoTopUpForm } from "./auto-top-up-form.tsx";
import { topUpState } from "./top-up-state.ts";

type Settings = Api<"payments", "autoTopUp">;

/** Whether the wallet refills itself, by what rule, what it charged, and the switch. */
export function AutoTopUpPanel({ pays }: { pays: boolean }) {
  const settings = useQuery(useTRPC().payments.autoTopUp.queryOptions({}, READ_ANEW));
  return (
    <Panel title="Auto top-up" description="Charges the default card when the balance runs low.">
      <QueryBody query={settings} forForm>
        {(data) => (
          <Stack gap="md">
            <State settings={data} />
            {data.enabled || !pays ? <Rule settings={data} /> : <AutoTopUpForm settings={data} />}
            {data.enabled && pays && <SwitchOff />}
            <Attempts />
          </Stack>
        )}
      </QueryBody>
    </Panel>
  );
}

function State({ settings }: { settings: Settings }) {
  const { word, sentence, color } = topUpState(settings);
  if (settings.state === "off" || settings.state === "active") {
    return (
      <Group gap="xs">
        <Badge variant="light" color={color}>
          {word}
        </Badge>
        <Text size="sm">{sentence}</Text>
      </Group>
    );
  }
  return (
    <Alert color={color} variant="light" title={word} role="status">
      {sentence}
    </Alert>
  );
}

const Rule = ({ settings }: { settings: Settings }) => (
  <Facts>
    <Facts.Item name="Below">
      <Money amount={settings.threshold} />
    </Facts.Item>
    <Facts.Item name={settings.mode === "fixed" ? "Buys" : "Refills to"}>
      <Money amount={settings.amount} />
      {settings.mode === "fixed" && ", or a multiple of it where more is missing"}
    </Facts.Item>
    <Facts.Item name="Charged today">
      <Money amount={settings.chargedToday} /> of at most <Money amount={settings.dailyCap} />
    </Facts.Item>
    <Facts.Item name="Charged this month">
      <Money amount={settings.chargedThisMonth} /> of at most <Money amount={settings.monthlyCap} />
    </Facts.Item>
    {settings.card !== null && <Facts.Item name="Card">ending in {settings.card.lastFour}</Facts.Item>}
    {settings.enabled && settings.consent !== null && (
      <Facts.Item name="Agreed">
        “{settings.consent.text}” on {instantText(settings.consent.at)}
      </Facts.Item>
    )}
  </Facts>
);

/** The kill switch: no question asked. The rule is changed while it is off, so that every rule is agreed to. */
function SwitchOff() {
  const save = useMutation(
    useTRPC().payments.saveAutoTopUp.mutationOptions({
      onSuccess: () => notifyDone("Auto top-up is off."),
      onError: notifyFailure,
    }),
  );
  return (
    <Group gap="sm">
      <Button variant="default" loading={save.isPending} onClick={() => save.mutate({ enabled: false })}>
        Switch off
      </Button>
      <Text size="xs" c="dimmed">
        To change the amounts, switch it off first: each rule is agreed to anew.
      </Text>
    </Group>
  );
}

/** The latest refills, with the reason where a card was declined. */
function Attempts() {
  const attempts = useQuery(useTRPC().payments.topUpAttempts.queryOptions({}));
  if (attempts.data === undefined || attempts.data.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        Latest refills
      </Text>
      <Facts>
        {attempts.data.slice(0, 5).map((attempt) => (
          <Facts.Item key={attempt.orderId} name={dayText(attempt.createdAt)}>
            <Money amount={attempt.amount} /> {outcomes[attempt.state]}
            {attempt.decline !== null && `: ${attempt.decline.message ?? attempt.decline.code}`}
          </Facts.Item>
        ))}
      </Facts>
    </div>
  );
}

const outcomes: Record<Api<"payments", "topUpAttempts">[number]["state"], string> = {
  under_way: "under way",
  succeeded: "charged and credited",
  declined: "declined",
  failed: "failed",
};
