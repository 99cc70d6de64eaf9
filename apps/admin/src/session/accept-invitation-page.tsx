import { Alert, Button, Group, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { z } from "zod";
import { ErrorState } from "../app/error-state.tsx";
import { LoadingRows } from "../app/loading.tsx";
import { type AuthFailure, authCall } from "./auth-call.ts";
import { DoorButton } from "./door-link.tsx";
import { DoorPage } from "./door-page.tsx";
import { useSession } from "./use-me.ts";

/** Shows an invitation to the person it was sent to, who accepts it; others sign in or sign up first. */
export function AcceptInvitationPage() {
  const { id }: Record<string, unknown> = useSearch({ strict: false });
  const session = useSession();
  if (typeof id !== "string" || id === "") {
    return (
      <DoorPage title="This link is not complete">
        <Text>Copy the whole link from the mail.</Text>
      </DoorPage>
    );
  }
  if (session.isError) {
    return (
      <DoorPage title="Invitation">
        <ErrorState error={session.error} onRetry={() => void session.refetch()} />
      </DoorPage>
    );
  }
  if (session.data === undefined) {
    return (
      <DoorPage title="Invitation">
        <LoadingRows rows={2} />
      </DoorPage>
    );
  }
  return session.data === null ? (
    <SignInFirst id={id} />
  ) : (
    <Invited id={id} email={session.data.user.email} />
  );
}

function SignInFirst({ id }: { id: string }) {
  const next = `/accept-invitation?id=${encodeURIComponent(id)}`;
  return (
    <DoorPage
      title="You have been invited"
      description="Sign in, or create an account, with the e-mail address the invitation was sent to."
    >
      <Group grow>
        <DoorButton to="/sign-up" next={next} variant="default">
          Create an account
        </DoorButton>
        <DoorButton to="/sign-in" next={next}>
          Sign in
        </DoorButton>
      </Group>
    </DoorPage>
  );
}

function Invited({ id, email }: { id: string; email: string }) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [failure, setFailure] = useState<AuthFailure | null>(null);
  const [pending, setPending] = useState(false);
  const invitation = useQuery({
    queryKey: ["invitation", id],
    queryFn: async () => {
      const answer = await authCall(`organization/get-invitation?id=${encodeURIComponent(id)}`, null);
      if (answer.ok) return Invitation.parse(answer.value);
      // Operators belong to no organization, so the sign-in tells nothing of their invitations, though they are good.
      if (answer.error.code === "INVITER_IS_NO_LONGER_A_MEMBER_OF_THE_ORGANIZATION") return null;
      throw new Error(answer.error.message);
    },
    retry: false,
  });

  const accept = async () => {
    setPending(true);
    const accepted = await authCall("organization/accept-invitation", { invitationId: id });
    setPending(false);
    if (!accepted.ok) return setFailure(accepted.error);
    queryClient.clear();
    await navigate({ to: "/" });
  };

  if (invitation.isPending) {
    return (
      <DoorPage title="Invitation">
        <LoadingRows rows={2} />
      </DoorPage>
    );
  }
  if (invitation.isError) {
    return (
      <DoorPage title="This invitation cannot be opened">
        <Alert color="red" variant="light" role="alert">
          {invitation.error.message}
        </Alert>
        <Text size="sm">You are signed in as {email}.</Text>
        <Button component={Link} to="/" variant="default">
          To the overview
        </Button>
      </DoorPage>
    );
  }
  const about = invitation.data;
  return (
    <DoorPage
      title={about === null ? "Join an organization" : `Join ${about.organizationName}`}
      description={
        about === null
          ? `Your platform's operator invites you (${email}) to an organization.`
          : `${about.inviterEmail} invites you (${email}) to this organization as ${about.role}.`
      }
    >
      {failure && (
        <Alert color="red" variant="light" role="alert">
          {failure.message}
        </Alert>
      )}
      <Button onClick={() => void accept()} loading={pending} fullWidth>
        Accept the invitation
      </Button>
    </DoorPage>
  );
}

const Invitation = z.object({ organizationName: z.string(), inviterEmail: z.string(), role: z.string() });
