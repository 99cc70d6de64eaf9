import { Avatar, Menu, Text, UnstyledButton } from "@mantine/core";
import { IconLogout } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { authCall } from "../session/auth-call.ts";
import type { Me } from "../session/use-me.ts";
import { notifyFailure } from "./notify.ts";

/** Who is signed in, and the way out. */
export function UserMenu({ me }: { me: Me }) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();

  const signOut = async () => {
    const left = await authCall("sign-out", {});
    if (!left.ok) return notifyFailure(left.error);
    // Nothing of one person may be shown to the next.
    queryClient.clear();
    await navigate({ to: "/sign-in" });
  };

  return (
    <Menu position="bottom-end" width={240} withinPortal>
      <Menu.Target>
        <UnstyledButton className="user-button" aria-label={`Account of ${me.user.name}`}>
          <Avatar size={32} radius="xl" color="rate" name={me.user.name} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className="user-card">
          <Text fw={600} size="sm" truncate>
            {me.user.name}
          </Text>
          <Text size="xs" c="dimmed" truncate>
            {me.user.email}
          </Text>
          <Text size="xs" c="dimmed" mt={2}>
            {me.kind === "operator" ? "Operator" : roleNames[me.role]}
          </Text>
        </div>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

const roleNames = { owner: "Owner", admin: "Admin", member: "Member" } as const;
