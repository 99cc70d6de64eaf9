import { Badge, Button, Group, Table, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { FormModal } from "../../app/form-modal.tsx";
import { instantText } from "../../app/instant-text.ts";
import { notifyDone, notifyFailure } from "../../app/notify.ts";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { useNow } from "../../app/use-now.ts";
import { Money } from "../../money/money.tsx";
import { NOT_PRICED } from "../../money/not-priced.ts";
import { untilText } from "./countdown-text.ts";
import { ScaleModal } from "./scale-modal.tsx";
import { sizeText } from "./size-text.ts";

type Resource = Api<"resources", "list">["items"][number];

/** A container, or another thing that runs, and what one can do with it. */
export function ResourceRow({ resource, may }: { resource: Resource; may: boolean }) {
  const now = useNow();
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
          {resource.name}
        </Text>
        <Text size="xs" c="dimmed">
          {[resource.kind, resource.project].filter((text) => text !== null).join(" · ")}
        </Text>
      </Table.Td>
      <Table.Td>
        <StateBadge resource={resource} />
        {resource.stopsAt !== null && (
          <Text size="xs" c="dimmed" mt={2}>
            stops {untilText(resource.stopsAt, now)}
          </Text>
        )}
      </Table.Td>
      <Table.Td>{sizeText(resource)}</Table.Td>
      <Table.Td className="number">
        {resource.dailyCost === null ? NOT_PRICED : <Money amount={resource.dailyCost} />}
      </Table.Td>
      <Table.Td>
        {resource.nextBillAt === null ? (
          "None due"
        ) : (
          <time dateTime={resource.nextBillAt.toISOString()} title={instantText(resource.nextBillAt)}>
            {untilText(resource.nextBillAt, now)}
          </time>
        )}
      </Table.Td>
      <Table.Td>{may && <Actions resource={resource} />}</Table.Td>
    </Table.Tr>
  );
}

/** Where its billing stands, in a word. */
const StateBadge = ({ resource: { state, billing } }: { resource: Resource }) => {
  if (billing === "warning")
    return (
      <Badge variant="light" color="orange">
        Stop announced
      </Badge>
    );
  if (billing === "shutdown_pending")
    return (
      <Badge variant="light" color="red">
        Being stopped
      </Badge>
    );
  if (billing === "suspended")
    return (
      <Badge variant="light" color="red">
        Stopped: no credits
      </Badge>
    );
  const color = state === "running" ? "teal" : state === "deploying" ? "blue" : "gray";
  return (
    <Badge variant="light" color={color}>
      {state}
    </Badge>
  );
};

function Actions({ resource }: { resource: Resource }) {
  const trpc = useTRPC();
  const [asking, setAsking] = useState<"delete" | "scale" | null>(null);
  const named = { id: resource.id, customer: resource.customerId };
  const done = (what: string) => () => notifyDone(`${resource.name} ${what}.`);
  const stop = useMutation(
    trpc.resources.stop.mutationOptions({ onSuccess: done("is stopped"), onError: notifyFailure }),
  );
  const start = useMutation(
    trpc.resources.start.mutationOptions({ onSuccess: done("is being started"), onError: notifyFailure }),
  );
  const remove = useMutation(
    trpc.resources.delete.mutationOptions({
      onSuccess: () => {
        setAsking(null);
        done("is deleted")();
      },
    }),
  );
  return (
    <Group gap="xs" justify="flex-end" wrap="nowrap">
      {resource.state === "running" && (
        <Button
          size="xs"
          variant="default"
          loading={stop.isPending}
          aria-label={`Stop ${resource.name}`}
          onClick={() => stop.mutate(named)}
        >
          Stop
        </Button>
      )}
      {resource.state === "stopped" && (
        <Button
          size="xs"
          variant="default"
          loading={start.isPending}
          aria-label={`Start ${resource.name}`}
          onClick={() => start.mutate(named)}
        >
          Start
        </Button>
      )}
      <Button
        size="xs"
        variant="default"
        aria-label={`Scale ${resource.name}`}
        onClick={() => setAsking("scale")}
      >
        Scale
      </Button>
      <Button
        size="xs"
        variant="default"
        aria-label={`Delete ${resource.name}`}
        onClick={() => setAsking("delete")}
      >
        Delete
      </Button>
      <ScaleModal resource={resource} opened={asking === "scale"} onClose={() => setAsking(null)} />
      <FormModal
        opened={asking === "delete"}
        title={`Delete ${resource.name}?`}
        submitLabel="Delete it"
        danger
        pending={remove.isPending}
        error={remove.error}
        onClose={() => {
          remove.reset();
          setAsking(null);
        }}
        onSubmit={(event) => {
          event?.preventDefault();
          remove.mutate(named);
        }}
      >
        <Text size="sm">
          It ends now and for good. What ran until now and is not billed yet is billed at once; the deployment
          fee does not come back.
        </Text>
      </FormModal>
    </Group>
  );
}
