import { Alert, Anchor, Stack } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { PageHeader } from "../../app/page-header.tsx";
import { useMe } from "../../session/use-me.ts";
import { DeliveriesPanel } from "./deliveries-panel.tsx";
import { EndpointsPanel } from "./endpoints-panel.tsx";

/** Who is told of events, and what became of each. Operators see the platform's endpoints and everybody's deliveries. */
export function WebhooksRoom() {
  const platform = useMe().kind === "operator";
  return (
    <>
      <PageHeader
        title="Webhooks"
        description={
          platform
            ? "Addresses of the platform that hear of every event, and every delivery, customers' too."
            : "Addresses of yours that hear what happens to your credits."
        }
      />
      <Stack gap="lg">
        <EndpointsPanel platform={platform} />
        <DeliveriesPanel platform={platform} />
        <Alert color="gray" variant="light" icon={<IconInfoCircle size={18} aria-hidden />}>
          Messages are signed as{" "}
          <Anchor href="https://www.standardwebhooks.com" target="_blank" rel="noreferrer" inherit>
            Standard Webhooks
          </Anchor>{" "}
          says: check the signature with the endpoint's secret before you believe one, and use the webhook-id
          against doubles. A failed delivery is tried 11 times in three days.
        </Alert>
      </Stack>
    </>
  );
}
