import { Anchor, Group } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTRPC } from "../../app/trpc.ts";
import { CustomerInfrastructure } from "./customer-infrastructure.tsx";

/** A customer's infrastructure as the operator sees it. */
export function OneCustomerRoom() {
  const { customerId = "" }: Record<string, string> = useParams({ strict: false });
  const customer = useQuery(useTRPC().accounts.customer.queryOptions({ customer: customerId }));
  return (
    <CustomerInfrastructure
      customer={customerId}
      title={customer.data?.name ?? "Infrastructure"}
      above={
        <Anchor
          size="sm"
          underline="hover"
          style={{ alignSelf: "flex-start" }}
          renderRoot={(props) => <Link {...props} to="/infrastructure" />}
        >
          <Group gap={4}>
            <IconArrowLeft size={15} aria-hidden /> Infrastructure
          </Group>
        </Anchor>
      }
    />
  );
}
