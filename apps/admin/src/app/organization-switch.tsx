import { Select, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { authCall } from "../session/auth-call.ts";
import type { Me } from "../session/use-me.ts";
import { notifyFailure } from "./notify.ts";

/** The organization being looked at; a choice where somebody belongs to several. */
export function OrganizationSwitch({ me }: { me: Me }) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  if (me.kind !== "member") return null;
  const active = me.organizations.find(({ id }) => id === me.customerId);
  if (me.organizations.length < 2) {
    return (
      <Text size="sm" c="dimmed" truncate visibleFrom="xs">
        {active?.name ?? me.user.name}
      </Text>
    );
  }

  const open = async (organizationId: string | null) => {
    if (organizationId === null || organizationId === me.customerId) return;
    const switched = await authCall("organization/set-active", { organizationId });
    if (!switched.ok) return notifyFailure(switched.error);
    await navigate({ to: "/" });
    // Everything on the screen belonged to the organization left.
    await queryClient.resetQueries();
  };

  return (
    <Select
      aria-label="Organization"
      size="xs"
      w={{ base: 140, xs: 220 }}
      allowDeselect={false}
      value={me.customerId}
      data={me.organizations.map(({ id, name }) => ({ value: id, label: name }))}
      onChange={(id) => void open(id)}
    />
  );
}
