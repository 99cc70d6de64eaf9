import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { IconPlus, IconWebhook } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Age } from "../../app/age.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { FormModal } from "../../app/form-modal.tsx";
import { instantText } from "../../app/instant-text.ts";
import { notifyDone, notifyFailure } from "../../app/notify.ts";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { CreateEndpointModal } from "./create-endpoint-modal.tsx";
import { EndpointFields, useEndpointForm } from "./endpoint-fields.tsx";
import { type Endpoint, endpointState } from "./event-text.ts";
import { NewSecretModal } from "./new-secret-modal.tsx";
import { ReplayWindowModal } from "./replay-window-modal.tsx";
import classes from "./webhooks.module.css";

/** The endpoints one may manage, each with what can be done to it. */
export function EndpointsPanel({ platform }: { platform: boolean }) {
  const [creating, setCreating] = useState(false);
  const endpoints = useQuery(useTRPC().alerts.endpoints.queryOptions({}));
  const create = (
    <Button size="xs" leftSection={<IconPlus size={15} aria-hidden />} onClick={() => setCreating(true)}>
      New endpoint
    </Button>
  );
  const none = (
    <EmptyState icon={IconWebhook} title="No endpoints yet" action={create}>
      {platform
        ? "The platform hears of stopped resources, price alarms and every customer's events here."
        : "Your programs hear of low balances, top-ups and refunds here."}
    </EmptyState>
  );
  return (
    <Panel
      title={platform ? "Endpoints of the platform" : "Endpoints"}
      flush
      {...(endpoints.data && endpoints.data.length > 0 && { action: create })}
    >
      <QueryBody query={endpoints} flush empty={{ when: (list) => list.length === 0, show: none }}>
        {(list) => (
          <ul className={classes.list}>
            {list.map((endpoint) => (
              <EndpointItem key={endpoint.id} endpoint={endpoint} />
            ))}
          </ul>
        )}
      </QueryBody>
      <CreateEndpointModal opened={creating} onClose={() => setCreating(false)} />
    </Panel>
  );
}

type Dialog = "edit" | "rotate" | "remove" | "replay" | null;

function EndpointItem({ endpoint }: { endpoint: Endpoint }) {
  const [dialog, setDialog] = useState<Dialog>(null);
  const { word, color } = endpointState(endpoint);
  const close = () => setDialog(null);
  return (
    <li className={classes.item} aria-label={endpoint.url}>
      <div className={classes.what}>
        <Group gap="xs">
          <Text size="sm" fw={600} className={classes.url}>
            {endpoint.url}
          </Text>
          <Badge variant="light" color={color}>
            {word}
          </Badge>
        </Group>
        <Text size="sm" c="dimmed">
          {endpoint.description !== "" && `${endpoint.description} · `}
          {endpoint.events.length === 0 ? "Every kind of event" : endpoint.events.join(", ")}
        </Text>
        <Text size="xs" c="dimmed" component="div">
          {endpoint.lastSuccessAt === null ? (
            "Nothing was delivered yet"
          ) : (
            <>
              Last delivered <Age at={endpoint.lastSuccessAt} />
            </>
          )}
          {endpoint.failingSince !== null && ` · failing since ${instantText(endpoint.failingSince)}`}
          {endpoint.previousSecretUntil !== null &&
            ` · the secret before signs too until ${instantText(endpoint.previousSecretUntil)}`}
        </Text>
      </div>
      <Actions endpoint={endpoint} open={setDialog} />
      {dialog === "edit" && <EditModal endpoint={endpoint} onClose={close} />}
      {dialog === "rotate" && <RotateModal endpoint={endpoint} onClose={close} />}
      {dialog === "remove" && <RemoveModal endpoint={endpoint} onClose={close} />}
      {dialog === "replay" && <ReplayWindowModal endpoint={endpoint} onClose={close} />}
    </li>
  );
}

function Actions({ endpoint, open }: { endpoint: Endpoint; open: (dialog: Dialog) => void }) {
  const trpc = useTRPC();
  const test = useMutation(
    trpc.alerts.testEndpoint.mutationOptions({
      onSuccess: () => notifyDone("A test is on its way."),
      onError: notifyFailure,
    }),
  );
  const change = useMutation(trpc.alerts.changeEndpoint.mutationOptions({ onError: notifyFailure }));
  const { id } = endpoint;
  const on = endpoint.state === "active";
  return (
    <Group gap={6} className={classes.actions}>
      {on && (
        <>
          <Button
            size="compact-sm"
            variant="default"
            loading={test.isPending}
            onClick={() => test.mutate({ id })}
          >
            Send a test
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => open("replay")}>
            Replay
          </Button>
        </>
      )}
      <Button size="compact-sm" variant="default" onClick={() => open("edit")}>
        Edit
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => open("rotate")}>
        Rotate secret
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        loading={change.isPending}
        onClick={() => change.mutate({ id, state: on ? "disabled" : "active" })}
      >
        {on ? "Switch off" : "Switch on"}
      </Button>
      <Button size="compact-sm" variant="subtle" color="red" onClick={() => open("remove")}>
        Remove
      </Button>
    </Group>
  );
}

function EditModal({ endpoint, onClose }: { endpoint: Endpoint; onClose: () => void }) {
  const { id, url, description, events } = endpoint;
  const form = useEndpointForm({ url, description, events });
  const save = useMutation(useTRPC().alerts.changeEndpoint.mutationOptions({ onSuccess: () => onClose() }));
  return (
    <FormModal
      opened
      title="Edit the endpoint"
      submitLabel="Save"
      pending={save.isPending}
      error={save.error}
      onClose={onClose}
      onSubmit={form.onSubmit((values) => save.mutate({ id, ...values, url: values.url.trim() }))}
    >
      <EndpointFields form={form} />
    </FormModal>
  );
}

function RotateModal({ endpoint, onClose }: { endpoint: Endpoint; onClose: () => void }) {
  const rotate = useMutation(useTRPC().alerts.rotateSecret.mutationOptions());
  if (rotate.data !== undefined) {
    const until = rotate.data.previousSecretUntil;
    return (
      <NewSecretModal
        url={endpoint.url}
        secret={rotate.data.secret}
        {...(until !== null && { until: instantText(until) })}
        onClose={onClose}
      />
    );
  }
  return (
    <FormModal
      opened
      title="Rotate the secret?"
      submitLabel="Make a new secret"
      pending={rotate.isPending}
      error={rotate.error}
      onClose={onClose}
      onSubmit={(event) => {
        event?.preventDefault();
        rotate.mutate({ id: endpoint.id });
      }}
    >
      <Text size="sm">
        A new secret is made and shown once. For a day every message carries a signature by each of the two,
        so your program can change over in between.
      </Text>
    </FormModal>
  );
}

function RemoveModal({ endpoint, onClose }: { endpoint: Endpoint; onClose: () => void }) {
  const remove = useMutation(useTRPC().alerts.changeEndpoint.mutationOptions({ onSuccess: () => onClose() }));
  return (
    <FormModal
      opened
      title="Remove the endpoint?"
      submitLabel="Remove"
      danger
      pending={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onSubmit={(event) => {
        event?.preventDefault();
        remove.mutate({ id: endpoint.id, state: "removed" });
      }}
    >
      <Stack gap="xs">
        <Text size="sm" className={classes.url}>
          {endpoint.url} is told nothing more, what waits for it included.
        </Text>
        <Text size="sm" c="dimmed">
          Its deliveries stay in the log. To pause it, switch it off instead.
        </Text>
      </Stack>
    </FormModal>
  );
}
