import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconClock } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { notifyFailure } from "../../app/notify.ts";
import { useTRPC } from "../../app/trpc.ts";
import { PolicyDialog } from "./policy-dialog.tsx";

/** Opens what time does to held changes. */
export function PolicyButton() {
  const [opened, { open, close }] = useDisclosure(false);
  const policy = useQuery({
    ...useTRPC().catalog.proposalPolicy.queryOptions(),
    // What is being edited must not change under the hands.
    refetchOnWindowFocus: false,
  });
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconClock size={16} aria-hidden />}
        loading={policy.isPending}
        onClick={() => (policy.isError ? notifyFailure(policy.error) : open())}
      >
        Timed policy
      </Button>
      {opened && policy.data && <PolicyDialog policy={policy.data} onClose={close} />}
    </>
  );
}
