import { Badge, Code, Drawer, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Instant } from "../../app/age.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import classes from "./webhooks.module.css";

type Detail = Api<"alerts", "delivery">;

/** What is sent, and every try with its answer. What came back is a stranger's text, and shown as text. */
export function DeliveryDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  const delivery = useQuery({
    ...useTRPC().alerts.delivery.queryOptions({ id: id ?? "" }),
    enabled: id !== null,
  });
  return (
    <Drawer
      opened={id !== null}
      onClose={onClose}
      position="right"
      size="lg"
      title="Delivery"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <QueryBody query={delivery}>{(data) => <Body delivery={data} />}</QueryBody>
    </Drawer>
  );
}

const Body = ({ delivery }: { delivery: Detail }) => (
  <Stack gap="md">
    <div>
      <Text fw={600}>{delivery.kind}</Text>
      <Text size="sm" c="dimmed" className={classes.url}>
        to {delivery.url}
      </Text>
    </div>
    {delivery.dueAt !== null && (
      <Text size="sm">
        Tried next: <Instant at={delivery.dueAt} />
      </Text>
    )}
    <div>
      <Text size="sm" fw={600} mb={4}>
        Tries
      </Text>
      {delivery.tries.length === 0 && (
        <Text size="sm" c="dimmed">
          It was not tried yet.
        </Text>
      )}
      <ul className={classes.list} aria-label="Tries">
        {delivery.tries.map((it) => (
          <li key={it.at.toISOString()} className={classes.item}>
            <Stack gap={4} w="100%">
              <Group justify="space-between" gap="xs">
                <Text size="sm" component="div">
                  <Instant at={it.at} />
                </Text>
                <Badge variant="light" color={it.status !== null && it.status < 300 ? "teal" : "red"}>
                  {it.status ?? "no answer"}
                </Badge>
              </Group>
              <Text size="xs" c="dimmed">
                {it.tookMs} ms
              </Text>
              {(it.error ?? it.excerpt ?? "") !== "" && (
                <Code block className={classes.excerpt}>
                  {it.error ?? it.excerpt}
                </Code>
              )}
            </Stack>
          </li>
        ))}
      </ul>
    </div>
    <div>
      <Text size="sm" fw={600} mb={4}>
        Body
      </Text>
      <Code block className={classes.excerpt}>
        {pretty(delivery.body)}
      </Code>
    </div>
  </Stack>
);

/** The body with its lines broken; we wrote it, so it is JSON. */
const pretty = (body: string): string => JSON.stringify(JSON.parse(body), null, 2);
