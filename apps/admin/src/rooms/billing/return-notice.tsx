import { Alert, Text } from "@mantine/core";
import { IconCheck, IconInfoCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { ErrorState } from "../../app/error-state.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { useAddressParams } from "../../app/use-address-params.ts";
import { Money } from "../../money/money.tsx";
import { useFollowUp } from "./use-follow-up.ts";

const info = <IconInfoCircle size={18} aria-hidden />;
const check = <IconCheck size={18} aria-hidden />;

/** What became of the page the customer comes back from; nothing where they came by themselves. */
export function ReturnNotice() {
  const [params, change] = useAddressParams();
  const outcome = params.get("checkout");
  const sessionId = params.get("session_id");
  const forCard = params.get("for") === "card";
  useFollowUp(forCard && outcome === "success");
  const close = () => change({ checkout: null, session_id: null, for: null });
  if (outcome === "canceled") {
    return (
      <Alert
        color="gray"
        variant="light"
        icon={info}
        withCloseButton
        closeButtonLabel="Close"
        onClose={close}
      >
        {forCard
          ? "You came back without saving a card."
          : "You came back without paying. Nothing was charged."}
      </Alert>
    );
  }
  if (outcome !== "success") return null;
  if (forCard) {
    return (
      <Alert
        color="teal"
        variant="light"
        icon={check}
        withCloseButton
        closeButtonLabel="Close"
        onClose={close}
      >
        The card is saved. It appears below within moments.
      </Alert>
    );
  }
  return sessionId === null ? null : <Purchase sessionId={sessionId} onClose={close} />;
}

function Purchase({ sessionId, onClose }: { sessionId: string; onClose: () => void }) {
  const trpc = useTRPC();
  const session = useQuery({
    ...trpc.payments.verify.queryOptions({ sessionId }),
    refetchInterval: ({ state }) => (state.data === undefined || isOver(state.data) ? false : POLL_MS),
  });
  const settled = session.data?.settled === true;
  useFollowUp(settled);
  if (session.data === undefined) {
    if (session.isError) return <ErrorState error={session.error} onRetry={() => void session.refetch()} />;
    return (
      <Alert color="gray" variant="light" icon={info} role="status">
        Asking what became of the payment …
      </Alert>
    );
  }
  const { color, title, icon } = headline(session.data);
  return (
    <Alert
      color={color}
      variant="light"
      role="status"
      title={title}
      icon={icon}
      withCloseButton
      closeButtonLabel="Close"
      onClose={onClose}
    >
      <Sentence session={session.data} />
    </Alert>
  );
}

type Session = Api<"payments", "verify">;

const isOver = ({ settled, order }: Session): boolean => settled || order.state === "failed";

function headline(session: Session) {
  if (session.settled) return { color: "teal", title: "Credits added", icon: check };
  if (session.order.state === "failed") return { color: "red", title: "Nothing was bought", icon: info };
  return { color: "gray", title: "Waiting for the payment", icon: info };
}

function Sentence({ session: { settled, order, creditsAdded, amount, balance } }: { session: Session }) {
  if (settled) {
    return (
      <Text size="sm">
        You paid <Money amount={amount} />
        {order.card !== null && ` with the card ending in ${order.card.lastFour}`} and{" "}
        <Money amount={creditsAdded} /> of credits were added
        {order.bonus > 0n && (
          <>
            , <Money amount={order.bonus} /> of it as a bonus
          </>
        )}
        . Your balance is <Money amount={balance} />.
      </Text>
    );
  }
  if (order.state === "failed") {
    return (
      <Text size="sm">
        {order.failure?.message ?? "The payment page ended without a payment."} No credits were added.
      </Text>
    );
  }
  return (
    <Text size="sm">
      The payment of <Money amount={amount} /> is not confirmed yet. The credits are added the moment it is;
      this page looks again by itself, and you may leave it.
    </Text>
  );
}

const POLL_MS = 1_500;
