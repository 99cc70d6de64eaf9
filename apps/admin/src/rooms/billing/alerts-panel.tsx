import { Badge, Button, Group, SimpleGrid, Stack, Switch, TagsInput, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery } from "@tanstack/react-query";
import { notifyDone, notifyFailure } from "../../app/notify.ts";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { READ_ANEW } from "../../app/read-anew.ts";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { alertTexts, readAlerts, readAmounts, readDays, readLimit, readPercents } from "./typed-alerts.ts";

type Settings = Api<"alerts", "settings">;

/** What the organization is told about its money, and where that stands. */
export function AlertsPanel({ pays }: { pays: boolean }) {
  const settings = useQuery(useTRPC().alerts.settings.queryOptions({}, READ_ANEW));
  return (
    <Panel
      title="Alerts"
      description="Told once each time, by mail and to your webhooks. Nothing is stopped."
    >
      <QueryBody query={settings} forForm>
        {(data) => (
          <Stack gap="md">
            <Standing settings={data} />
            <AlertsForm settings={data} pays={pays} />
          </Stack>
        )}
      </QueryBody>
    </Panel>
  );
}

function Standing({ settings: { levels, forecast } }: { settings: Settings }) {
  // A percentage may come to the very level that was typed.
  const known = levels
    .flatMap(({ below, crossed }) => (below === null ? [] : [{ below, crossed }]))
    .filter((level, place, all) => all.findIndex(({ below }) => below === level.below) === place);
  return (
    <Group gap="xs">
      {known.map(({ below, crossed }) => (
        <Badge key={below.toString()} variant="light" color={crossed ? "orange" : "gray"}>
          {below <= 1n ? (
            "empty"
          ) : (
            <>
              below <Money amount={below} />
            </>
          )}
          {crossed && " now"}
        </Badge>
      ))}
      <Text size="sm" c="dimmed">
        {forecast.hoursLeft === null ? (
          "Nothing is being used at the moment."
        ) : (
          <>
            Credits last {lastText(forecast.hoursLeft)} at <Money amount={forecast.dailyBurn} /> a day.
          </>
        )}
      </Text>
    </Group>
  );
}

function AlertsForm({ settings, pays }: { settings: Settings; pays: boolean }) {
  const form = useForm({
    initialValues: alertTexts(settings),
    validate: {
      amounts: (text) => refusal(readAmounts(text)),
      percents: (text) => refusal(readPercents(text)),
      runwayDays: (text) => refusal(readDays(text)),
      dailySpend: (text) => refusal(readLimit(text)),
      monthlySpend: (text) => refusal(readLimit(text)),
    },
  });
  const save = useMutation(
    useTRPC().alerts.saveSettings.mutationOptions({
      onSuccess: (saved) => {
        form.setInitialValues(alertTexts(saved));
        form.reset();
        notifyDone("The alerts are saved.");
      },
      onError: notifyFailure,
    }),
  );
  const submit = form.onSubmit((texts) => {
    const alerts = readAlerts(texts);
    if (alerts !== null) save.mutate(alerts);
  });
  return (
    <form onSubmit={submit} noValidate>
      <fieldset disabled={!pays} className="plain-fieldset">
        <Stack gap="md">
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
            <TextInput
              label="When the balance falls below, in US dollars"
              description="Several are separated by commas; 0 means empty."
              placeholder="5, 0"
              {...form.getInputProps("amounts")}
            />
            <TextInput
              label="Or below a percentage of the last top-up"
              description={
                settings.lastTopUp === null ? (
                  "It counts from the first purchase."
                ) : (
                  <>
                    The last one was <Money amount={settings.lastTopUp} />.
                  </>
                )
              }
              placeholder="20"
              inputMode="numeric"
              {...form.getInputProps("percents")}
            />
            <TextInput
              label="When the credits last less than, in days"
              description="At the rate of the last days; silent while auto top-up would refill. Empty: never."
              placeholder="3"
              inputMode="numeric"
              {...form.getInputProps("runwayDays")}
            />
            <TagsInput
              label="Send to"
              description={`Up to five addresses. None: ${settings.ownEmail ?? "the organization's own, which is not set"}.`}
              placeholder="finance@example.com"
              maxTags={5}
              disabled={!pays}
              {...form.getInputProps("emails")}
            />
            <TextInput
              label="When a day's usage reaches, in US dollars"
              description="Days are UTC. Empty: never."
              placeholder="100"
              inputMode="decimal"
              {...form.getInputProps("dailySpend")}
            />
            <TextInput
              label="When a month's usage reaches, in US dollars"
              description="Months are UTC. Empty: never."
              placeholder="1000"
              inputMode="decimal"
              {...form.getInputProps("monthlySpend")}
            />
          </SimpleGrid>
          <Switch
            label="By mail"
            description="Webhooks are told all the same."
            disabled={!pays}
            {...form.getInputProps("byMail", { type: "checkbox" })}
          />
          {pays && (
            <Group gap="sm">
              <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
                Save the alerts
              </Button>
            </Group>
          )}
        </Stack>
      </fieldset>
    </form>
  );
}

const refusal = (read: { ok: true } | { ok: false; error: string }): string | null =>
  read.ok ? null : read.error;

function lastText(hours: bigint): string {
  if (hours < 1n) return "less than an hour";
  if (hours < 48n) return hours === 1n ? "about an hour" : `about ${hours} hours`;
  const days = hours / 24n;
  return days > 365n ? "more than a year" : `about ${days} days`;
}
