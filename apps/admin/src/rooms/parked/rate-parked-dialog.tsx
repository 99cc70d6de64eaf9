import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { ErrorState } from "../../app/error-state.tsx";
import { Figure, Figures } from "../../app/figure.tsx";
import { LoadingRows } from "../../app/loading.tsx";
import { useTRPCClient } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { ratedText } from "./parked-usage.ts";
import { rateAllParked } from "./rate-all-parked.ts";

/** Rates parked usage that has a price by now: first says what would be debited, then does it, each event once. */
export function RateParkedDialog({ offering, onClose }: { offering: string | null; onClose: () => void }) {
  const client = useTRPCClient();
  const run = (dryRun: boolean) =>
    rateAllParked((cursor) =>
      client.billing.rateParked.mutate({
        dryRun,
        ...(offering !== null && { offering }),
        ...(cursor !== null && { cursor }),
      }),
    );
  // Opening the dialog is asking what would happen.
  const dryRun = useQuery({
    queryKey: ["rate-parked", offering],
    queryFn: () => run(true),
    gcTime: 0,
    // Asked once: after the rating it would say that nothing is left.
    staleTime: "static",
  });
  const rate = useMutation({
    mutationFn: () => run(false),
  });
  const shown = rate.data ?? dryRun.data;
  const failure = rate.error ?? dryRun.error;
  return (
    <Modal
      opened
      onClose={onClose}
      title={offering === null ? "Rate what has a price" : `Rate parked usage of ${offering}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Stack gap="md">
        {failure && <ErrorState error={failure} onRetry={() => void dryRun.refetch()} />}
        {!shown && !failure && <LoadingRows rows={2} />}
        {shown && (
          <div role="status">
            <Figures label="Dry run">
              <Figure
                emphasis
                label={rate.data ? "Debited" : "Would be debited"}
                value={<Money amount={shown.amount} />}
              />
              <Figure label="Events" value={shown.rated.toLocaleString("en")} />
            </Figures>
            {ratedText(shown, rate.data === undefined).map((sentence) => (
              <Text key={sentence} size="sm" mt="xs">
                {sentence}
              </Text>
            ))}
          </div>
        )}
        <Text size="sm" c="dimmed">
          Each event is priced as of its own instant, by the prices in force now where there were none then.
          Each is debited once, however often this is done.
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {rate.data ? "Done" : "Cancel"}
          </Button>
          {!rate.data && (
            <Button
              disabled={(dryRun.data?.rated ?? 0) === 0}
              loading={rate.isPending}
              onClick={() => rate.mutate()}
            >
              Rate now
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}
