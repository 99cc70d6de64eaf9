import { Anchor, Button, PasswordInput, Text } from "@mantine/core";
import { Link, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { authCall } from "./auth-call.ts";
import { AuthForm, fieldText } from "./auth-form.tsx";
import { DoorPage } from "./door-page.tsx";

/** Sets a new password with the token of a mailed link. */
export function ResetPasswordPage() {
  const { token }: Record<string, unknown> = useSearch({ strict: false });
  const [done, setDone] = useState(false);

  const reset = async (values: FormData) => {
    const set = await authCall("reset-password", { token, newPassword: fieldText(values, "password") });
    if (!set.ok) return set.error;
    setDone(true);
    return null;
  };

  if (done) {
    return (
      <DoorPage title="The new password is set" description="Every other session has been ended.">
        <Button component={Link} to="/sign-in" fullWidth>
          Sign in
        </Button>
      </DoorPage>
    );
  }
  if (typeof token !== "string" || token === "") {
    return (
      <DoorPage title="This link is not complete">
        <Text>
          Copy the whole link from the mail, or{" "}
          <Anchor component={Link} to="/forgot-password">
            ask for a new one
          </Anchor>
          .
        </Text>
      </DoorPage>
    );
  }
  return (
    <DoorPage title="Set a new password">
      <AuthForm submitLabel="Set the password" onSubmit={reset}>
        <PasswordInput
          label="New password"
          description="At least 10 characters"
          name="password"
          autoComplete="new-password"
          minLength={10}
          maxLength={128}
          required
          autoFocus
        />
      </AuthForm>
    </DoorPage>
  );
}
