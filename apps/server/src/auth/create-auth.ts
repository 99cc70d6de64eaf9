import { createHash } from "node:crypto";
import { type Ctx, createCustomer, mailPerson } from "@ratebook/billing";
import * as schema from "@ratebook/db/schema";
import { betterAuth } from "better-auth";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { admin, organization } from "better-auth/plugins";
import { adminAc, userAc } from "better-auth/plugins/admin/access";
import { ensureOrganization } from "./ensure-organization.ts";

export type AuthOptions = {
  billing: Ctx;
  /** Signs session cookies. */
  secret: string;
  /** Origins, besides that of `billing.publicUrl`, whose pages may sign people in. */
  allowedOrigins: readonly string[];
};

/** The sign-in: people, sessions, organizations, roles. */
export type Auth = ReturnType<typeof createAuth>;

/**
 * Makes the sign-in over our own tables. A person who signs in for the first time gets an organization, which is a
 * customer with a wallet of the same id. Mails leave in the platform's name.
 */
export function createAuth({ billing, secret, allowedOrigins }: AuthOptions) {
  const { publicUrl } = billing;
  const page = (path: string, query: Record<string, string>): string =>
    `${new URL(path, publicUrl).href}?${new URLSearchParams(query).toString()}`;

  return betterAuth({
    appName: "Ratebook",
    baseURL: publicUrl,
    basePath: "/api/auth",
    secret,
    trustedOrigins: [...allowedOrigins],
    telemetry: { enabled: false },
    logger: { disabled: true },
    // Errors that are not answers rise to the app's one error map.
    onAPIError: { throw: true },
    // Attempts are counted where every other request is.
    rateLimit: { enabled: false },
    database: drizzleAdapter(billing.db, { provider: "pg", schema, transaction: true }),
    advanced: {
      cookiePrefix: "ratebook",
      useSecureCookies: publicUrl.startsWith("https:"),
      database: { generateId: "uuid" },
      ipAddress: { disableIpTracking: true },
    },
    session: { expiresIn: 14 * DAY_SECONDS, updateAge: DAY_SECONDS },
    // Acting under another person's name would put that name on what an operator did.
    disabledPaths: ["/admin/impersonate-user", "/admin/stop-impersonating"],
    emailAndPassword: {
      enabled: true,
      requireEmailVerification: true,
      minPasswordLength: 10,
      maxPasswordLength: 128,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: async ({ user, token }) => {
        await mailPerson(billing, {
          key: mailKey("reset-password", token),
          to: user.email,
          template: "reset-password",
          url: page("/reset-password", { token }),
        });
      },
    },
    emailVerification: {
      sendOnSignUp: true,
      sendOnSignIn: true,
      autoSignInAfterVerification: true,
      sendVerificationEmail: async ({ user, url, token }) => {
        await mailPerson(billing, {
          key: mailKey("verify-email", token),
          to: user.email,
          template: "verify-email",
          url,
        });
      },
    },
    databaseHooks: {
      session: {
        create: {
          before: async (session, context) => {
            const address = context?.headers?.get(CLIENT_ADDRESS) ?? null;
            const organizationId = await ensureOrganization(billing, session.userId, address);
            return { data: { ...session, activeOrganizationId: organizationId } };
          },
        },
      },
    },
    plugins: [
      admin({
        defaultRole: "user",
        adminRoles: ["operator"],
        roles: { operator: adminAc, user: userAc },
      }),
      organization({
        organizationLimit: 10,
        // A customer's books outlive the wish to delete it.
        disableOrganizationDeletion: true,
        invitationExpiresIn: 7 * DAY_SECONDS,
        cancelPendingInvitationsOnReInvite: true,
        sendInvitationEmail: async ({ id, email, organization: { name }, inviter }) => {
          await mailPerson(billing, {
            key: mailKey("invitation", id),
            to: email,
            template: "invitation",
            inviter: inviter.user.name,
            organization: name,
            url: page("/accept-invitation", { id }),
          });
        },
        organizationHooks: {
          afterCreateOrganization: async ({ organization: { id, name }, user }) => {
            await createCustomer(
              billing,
              { kind: "system", name: "sign-in" },
              { id, name, email: user.email },
            );
          },
        },
      }),
    ],
  });
}

/**
 * A request as the sign-in is handed it: with the address it came from in a header of ours, whatever the client wrote
 * into that header.
 */
export function fromAddress(request: Request, clientAddress: string): Request {
  const headers = new Headers(request.headers);
  headers.set(CLIENT_ADDRESS, clientAddress);
  return new Request(request, { headers });
}

const CLIENT_ADDRESS = "x-ratebook-client-address";

/** One mail per occasion; the token itself stays out of the key. */
const mailKey = (template: string, token: string): string =>
  `${template}:${createHash("sha256").update(token).digest("hex").slice(0, 32)}`;

const DAY_SECONDS = 86_400;
