import { Anchor, Group, PasswordInput, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { authCall } from "./auth-call.ts";
import { AuthForm, fieldText } from "./auth-form.tsx";
import { DoorLink } from "./door-link.tsx";
import { DoorPage } from "./door-page.tsx";
import { nextAddress } from "./next-address.ts";

/** E-mail address and password in, session cookie out. */
export function SignInPage() {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const queryClient = useQueryClient();

  const signIn = async (values: FormData) => {
    const next = nextAddress(search);
    const entered = await authCall("sign-in/email", {
      email: fieldText(values, "email"),
      password: fieldText(values, "password"),
      callbackURL: next,
    });
    if (!entered.ok) return entered.error;
    queryClient.clear();
    await navigate({ href: next, replace: true });
    return null;
  };

  return (
    <DoorPage
      title="Sign in"
      description="Credits, prices and receipts of your platform."
      footer={
        <>
          New here?{" "}
          <DoorLink to="/sign-up" next={nextAddress(search)}>
            Create an account
          </DoorLink>
        </>
      }
    >
      <AuthForm submitLabel="Sign in" onSubmit={signIn}>
        <TextInput
          label="E-mail address"
          name="email"
          type="email"
          autoComplete="username"
          required
          autoFocus
        />
        <div>
          <PasswordInput label="Password" name="password" autoComplete="current-password" required />
          <Group justify="flex-end" mt={6}>
            <Anchor component={Link} to="/forgot-password" size="sm">
              Forgot the password?
            </Anchor>
          </Group>
        </div>
      </AuthForm>
    </DoorPage>
  );
}
