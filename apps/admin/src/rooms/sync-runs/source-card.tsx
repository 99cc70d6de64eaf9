import { Alert, Badge, Button, Code, Group, Text, Title } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { Age } from "../../app/age.tsx";
import { dayText } from "../../app/instant-text.ts";
import { notifyDone, notifyFailure } from "../../app/notify.ts";
import { useTRPC } from "../../app/trpc.ts";
import { freshnessOf } from "../overview/freshness.ts";
import type { Source } from "./sync-run.ts";
import classes from "./sync-runs.module.css";

/** One price source: how fresh it is, when it is read, what went wrong last, and a button to read it now. */
export function SourceCard({ source }: { source: Source }) {
  const { state, color } = freshnessOf(source);
  const failing = state === "Failing";
  return (
    <li className={classes.card} aria-label={source.title}>
      <Group justify="space-between" align="flex-start" wrap="nowrap" gap="sm">
        <div>
          <Title order={2} className={classes.title}>
            {source.title}
          </Title>
          <Text size="xs" c="dimmed">
            {source.source}
          </Text>
        </div>
        <Badge color={color} variant="light" className={classes.badge}>
          {state}
        </Badge>
      </Group>
      <dl className={classes.facts}>
        <dt>Offerings</dt>
        <dd>{source.offerings.toLocaleString("en")}</dd>
        <dt>Checked</dt>
        <dd>{source.checkedAt === null ? "never" : <Age at={source.checkedAt} />}</dd>
        <dt>Changed</dt>
        <dd>{source.changedAt === null ? "never" : <Age at={source.changedAt} />}</dd>
        {source.asOf !== null && (
          <>
            <dt>Speaks of</dt>
            <dd>{dayText(source.asOf)}</dd>
          </>
        )}
        <dt>Read</dt>
        <dd>{source.schedule === null ? "at a start" : <Code>{source.schedule}</Code>}</dd>
        <dt>Fresh for</dt>
        <dd>{source.freshnessHours === null ? "any time" : hoursText(source.freshnessHours)}</dd>
      </dl>
      {source.lastFailureAt !== null && source.lastFailure !== null && (
        <Alert
          variant="light"
          color={failing ? "red" : "gray"}
          p="xs"
          title={
            <>
              {failing ? "Failed" : "Last failure"} <Age at={source.lastFailureAt} />
            </>
          }
        >
          <Text size="xs" className={classes.failure}>
            {source.lastFailure}
          </Text>
        </Alert>
      )}
      <ReadNow source={source} />
    </li>
  );
}

function ReadNow({ source: { source, title } }: { source: Source }) {
  const request = useMutation(
    useTRPC().catalog.requestRun.mutationOptions({
      onSuccess: () => notifyDone(`${title} is read as soon as a worker picks it up.`),
      onError: notifyFailure,
    }),
  );
  return (
    <Button
      variant="default"
      size="xs"
      className={classes.button}
      loading={request.isPending}
      leftSection={<IconRefresh size={15} aria-hidden />}
      onClick={() => request.mutate({ source })}
      aria-label={`Read ${title} now`}
    >
      Read now
    </Button>
  );
}

const hoursText = (hours: number): string =>
  hours % 24 === 0 ? `${hours / 24} ${hours === 24 ? "day" : "days"}` : `${hours} h`;
