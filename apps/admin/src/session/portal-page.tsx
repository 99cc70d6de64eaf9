import { Alert, Loader, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { DoorPage } from "./door-page.tsx";
import { portalCall } from "./portal-call.ts";

/** Where the platform sends its customers: hands in the address's token, once, and goes on to their billing. */
export function PortalPage() {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [refusal, setRefusal] = useState<string | null>(null);
  // Read once: React draws twice in development, and the token works a single time.
  const begun = useRef(false);

  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    const token = window.location.hash.slice(1);
    // Out of the address bar and the history, before anything else is loaded.
    window.history.replaceState(null, "", window.location.pathname);
    void portalCall("begin", { token }).then(async (entered) => {
      if (!entered.ok) return setRefusal(entered.error.message);
      queryClient.clear();
      await navigate({ to: "/billing", replace: true });
    });
  }, [navigate, queryClient]);

  return (
    <DoorPage title={refusal === null ? "Opening your billing" : "This address does not open"}>
      {refusal === null ? (
        <Text size="sm" c="dimmed" role="status">
          <Loader size="xs" mr="xs" aria-hidden /> One moment.
        </Text>
      ) : (
        <Alert color="red" variant="light" role="alert">
          {refusal}
        </Alert>
      )}
    </DoorPage>
  );
}
