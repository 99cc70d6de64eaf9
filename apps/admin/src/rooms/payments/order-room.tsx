import { Alert, Anchor, Button, Group, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconAlertTriangle, IconArrowLeft } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ErrorState } from "../../app/error-state.tsx";
import { Figure, Figures } from "../../app/figure.tsx";
import { instantText } from "../../app/instant-text.ts";
import { LoadingRoom } from "../../app/loading.tsx";
import { PageHeader } from "../../app/page-header.tsx";
import { Panel } from "../../app/panel.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { Facts } from "../wallet/facts.tsx";
import { DisputesTable, EventsTable, RefundsTable } from "./activity-panels.tsx";
import { orderKinds } from "./order-state.ts";
import { StateBadge } from "./orders-panel.tsx";
import { RefundModal } from "./refund-modal.tsx";

type Found = Api<"payments", "order">;

const Back = () => (
  <Anchor
    size="sm"
    underline="hover"
    style={{ alignSelf: "flex-start" }}
    renderRoot={(props) => <Link {...props} to="/payments" />}
  >
    <Group gap={4}>
      <IconArrowLeft size={15} aria-hidden /> Payments
    </Group>
  </Anchor>
);

/** One purchase with everything that happened to it, and the way to give its money back. */
export function OrderRoom() {
  const { orderId = "" }: Record<string, string> = useParams({ strict: false });
  const found = useQuery(useTRPC().payments.order.queryOptions({ id: orderId }));
  if (found.isLoadingError) {
    return (
      <>
        <PageHeader title="Order" above={<Back />} />
        <ErrorState error={found.error} onRetry={() => void found.refetch()} />
      </>
    );
  }
  return found.data ? <Purchase found={found.data} /> : <LoadingRoom />;
}

function Purchase({ found: { order, refunds, disputes, events } }: { found: Found }) {
  const [refunding, { open, close }] = useDisclosure(false);
  const left = order.amount - order.refunded - order.disputed;
  return (
    <>
      <PageHeader title={order.title} above={<Back />} description={<Who order={order} />}>
        {order.state === "settled" && left > 0n && (
          <Button color="red.9" onClick={open}>
            Refund
          </Button>
        )}
      </PageHeader>
      <Stack gap="lg">
        {order.mismatch !== null && (
          <Alert color="red" variant="light" title="The payment does not fit" icon={icon}>
            Nothing was credited: {order.mismatch}.
          </Alert>
        )}
        {order.failure !== null && (
          <Alert color="gray" variant="light" icon={icon}>
            {order.failure.message}
          </Alert>
        )}
        <Figures label="Order">
          <Figure
            emphasis
            label="Paid"
            value={<Money amount={order.amount} />}
            note="What the card was charged"
          />
          <Figure
            label="Credits"
            value={<Money amount={order.credits} />}
            note={order.bonus > 0n ? <Bonus amount={order.bonus} /> : "No bonus"}
          />
          <Figure label="Refunded" value={<Money amount={order.refunded} />} note="Made or on their way" />
          <Figure
            label="Taken back"
            value={<Money amount={order.takenBack} />}
            note="Credits, debt included"
          />
        </Figures>
        <Panel title="Facts">
          <OrderFacts order={order} />
        </Panel>
        <Panel flush title="Refunds">
          <RefundsTable refunds={refunds} />
        </Panel>
        <Panel flush title="Disputes">
          <DisputesTable disputes={disputes} />
        </Panel>
        <Panel flush title="Events" description="What the payment provider told of this order.">
          <EventsTable events={events} />
        </Panel>
      </Stack>
      {refunding && <RefundModal order={order} onClose={close} />}
    </>
  );
}

const Bonus = ({ amount }: { amount: Found["order"]["bonus"] }) => (
  <>
    and a bonus of <Money amount={amount} />
  </>
);

const Who = ({ order }: { order: Found["order"] }) => (
  <Group gap="sm">
    <StateBadge state={order.state} />
    <Anchor
      size="sm"
      renderRoot={(props) => (
        <Link {...props} to="/customers/$customerId" params={{ customerId: order.customerId }} />
      )}
    >
      {order.customerName}
    </Anchor>
    <span>{orderKinds[order.kind]}</span>
  </Group>
);

const OrderFacts = ({ order }: { order: Found["order"] }) => (
  <Facts>
    <Facts.Item name="Made">{instantText(order.createdAt)}</Facts.Item>
    <Facts.Item name="Settled">
      {order.settledAt === null ? "Not yet" : instantText(order.settledAt)}
    </Facts.Item>
    <Facts.Item name="By">{order.gateway === "sandbox" ? "the sandbox: no real money" : "Stripe"}</Facts.Item>
    {order.card !== null && (
      <Facts.Item name="Card">
        {order.card.brand} ending in {order.card.lastFour}
      </Facts.Item>
    )}
    {order.paymentId !== null && (
      <Facts.Item name="Payment">
        <span className="mono">{order.paymentId}</span>
      </Facts.Item>
    )}
    {order.checkoutId !== null && (
      <Facts.Item name="Checkout session">
        <span className="mono">{order.checkoutId}</span>
      </Facts.Item>
    )}
    <Facts.Item name="Order">
      <span className="mono">{order.id}</span>
    </Facts.Item>
  </Facts>
);

const icon = <IconAlertTriangle size={18} aria-hidden />;
