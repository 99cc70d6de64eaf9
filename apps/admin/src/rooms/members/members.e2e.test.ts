import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Login, startAdmin, type TestAdmin } from "../../testing/admin-fixture.ts";
import { launchBrowser } from "../../testing/browser.ts";
import { look } from "../../testing/look.ts";
import { openPage, signIn } from "../../testing/visit.ts";

let admin: TestAdmin;
let browser: Browser;
let owner: Login & { customerId: string };
let second: Login & { customerId: string };
let page: Page;
let complaints: string[];

beforeAll(async () => {
  [admin, browser] = await Promise.all([startAdmin(), launchBrowser()]);
  owner = await admin.member("Olive Owner");
  second = await admin.member("Milo Member");
  ({ page, complaints } = await openPage(browser, admin.url));
  await signIn(page, owner, "/members");
});
afterAll(async () => {
  await browser?.close();
  await admin?.drop();
});

/** An invitation of the second person, accepted. */
async function join(): Promise<void> {
  await page.getByRole("button", { name: "Invite a member" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("E-mail address").fill(second.email);
  await dialog.getByRole("button", { name: "Send the invitation" }).click();
  await page.getByRole("table", { name: "Invitations" }).getByText(second.email).waitFor();
  const [mail] = await admin.ctx.sql<{ text: string }[]>`
    select text from ratebook.mail where template = 'invitation' order by id desc limit 1`;
  const link = new URL(mail?.text.match(/https?:\/\/\S+/)?.[0] ?? "");
  const guest = (await openPage(browser, admin.url)).page;
  await signIn(guest, second, `${link.pathname}${link.search}`, "Accept the invitation");
  await guest.getByRole("button", { name: "Accept the invitation" }).click();
  await guest.getByRole("main").getByText("Olive Owner's organization").first().waitFor();
  await guest.context().close();
}

const row = (name: string) =>
  page.getByRole("table", { name: "Members" }).getByRole("row").filter({ hasText: name });

/** Asks the sign-in as somebody who is signed in on a page. */
const ask = (on: Page, path: string, body?: unknown): Promise<{ status: number; text: string }> =>
  on.evaluate(
    async ([address, sent]) => {
      const answer = await fetch(`/api/auth/organization/${address}`, {
        ...(sent !== undefined && {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(sent),
        }),
      });
      return { status: answer.status, text: await answer.text() };
    },
    [path, body] as const,
  );

test("a person is invited, gets another role, and is removed", async () => {
  await join();
  await page.reload();
  await row("Milo Member").getByRole("combobox").click();
  await page.getByRole("option", { name: "Admin" }).click();
  await expect
    .poll(async () => {
      const [member] = await admin.ctx.sql<{ role: string }[]>`
        select role from ratebook.member where organization_id = ${owner.customerId} and user_id = ${second.id}`;
      return member?.role;
    })
    .toBe("admin");
  expect(await look(page, "members")).toEqual([]);
  await row("Milo Member").getByRole("button", { name: "Remove Milo Member" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await row("Milo Member").waitFor({ state: "detached" });
});

test("the last owner can neither be removed, nor leave, nor become anything else", async () => {
  const organizationId = owner.customerId;
  const members = JSON.parse((await ask(page, `list-members?organizationId=${organizationId}`)).text).members;
  const [only] = members;
  expect(members).toHaveLength(1);
  for (const [path, body] of [
    ["remove-member", { memberIdOrEmail: only.id, organizationId }],
    ["update-member-role", { memberId: only.id, role: "member", organizationId }],
    ["leave", { organizationId }],
  ] as const) {
    expect((await ask(page, path, body)).status, path).toBeGreaterThanOrEqual(400);
  }
  const kept = await admin.ctx.sql`
    select role from ratebook.member where organization_id = ${organizationId}`;
  expect(kept.map((it) => ({ ...it }))).toEqual([{ role: "owner" }]);
});

test("somebody of another organization sees none of its people, and invites nobody into it", async () => {
  const stranger = await openPage(browser, admin.url);
  await signIn(stranger.page, second, "/members");
  const organizationId = owner.customerId;
  for (const [path, body] of [
    [`list-members?organizationId=${organizationId}`, undefined],
    [`list-invitations?organizationId=${organizationId}`, undefined],
    ["invite-member", { email: "x@example.com", role: "member", organizationId }],
  ] as const) {
    const answer = await ask(stranger.page, path, body);
    expect(answer.status, path).toBeGreaterThanOrEqual(400);
    expect(answer.text).not.toContain(owner.email);
  }
  expect(complaints).toEqual([]);
});
