import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually, isRunning } from "./processes.ts";
import { runningEmbedded } from "./running-embedded.ts";
import { type Embedded, startEmbedded } from "./start-embedded.ts";

let parent: string;
let dataDir: string;
const cleanUp: (() => unknown)[] = [];
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "ratebook-embedded-"));
  await chmod(parent, 0o755);
  dataDir = join(parent, "data");
});
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
  await rm(parent, { recursive: true });
});

test("a first start makes a database with an owner and an app role, neither a superuser", async () => {
  const server = await start();
  expect(server.adopted).toBe(false);
  for (const [url, role] of [
    [server.ownerUrl, "ratebook_owner"],
    [server.appUrl, "ratebook_app"],
  ] as const) {
    expect(
      await ask(
        url,
        "select current_user as role, current_database() as db, rolsuper as super from pg_roles where rolname = current_user",
      ),
    ).toEqual({ role, db: "ratebook", super: false });
  }
  expect(await ask(server.superuserUrl, "show listen_addresses")).toEqual({ listen_addresses: "127.0.0.1" });
  expect((await stat(join(dataDir, "database.json"))).mode & 0o777).toBe(0o600);
  expect((await stat(server.dataPath)).mode & 0o777).toBe(0o700);
});

test("a wrong password is refused", async () => {
  const { appUrl } = await start();
  const url = new URL(appUrl);
  url.password = "guess";
  await expect(ask(url.href, "select 1")).rejects.toMatchObject({ code: "28P01" });
});

test("a later start finds the data at the same addresses", async () => {
  const first = await start();
  await ask(first.ownerUrl, "create table public.kept as select 1 as n");
  await first.stop();
  expect(await isRunning(first.pid)).toBe(false);
  const second = await start();
  expect(second).toMatchObject({ adopted: false, ownerUrl: first.ownerUrl, appUrl: first.appUrl });
  expect(await ask(second.ownerUrl, "select n from public.kept")).toEqual({ n: 1 });
});

test("a port that was taken meanwhile is given up for a free one", async () => {
  const first = await start();
  await first.stop();
  const squatter = createServer().listen(first.port, "127.0.0.1");
  await once(squatter, "listening");
  cleanUp.push(() => squatter.close());
  const second = await start();
  expect(second.port).not.toBe(first.port);
  expect(await ask(second.appUrl, "select 1 as n")).toEqual({ n: 1 });
});

test("the server of a killed start is adopted by the next one, and stopped with it", async () => {
  const { child, server } = await startElsewhere();
  child.kill("SIGKILL");
  await once(child, "exit");
  const next = await start();
  expect(next).toMatchObject({ adopted: true, pid: server.pid, appUrl: server.appUrl });
  expect(await ask(next.appUrl, "select 1 as n")).toEqual({ n: 1 });
  await next.stop();
  expect(await isRunning(server.pid)).toBe(false);
});

test("a data directory in use by another start is refused in one sentence, and that start goes on", async () => {
  const { child, server } = await startElsewhere();
  const message = expect.stringMatching(`data directory .* in use by another start .*process ${child.pid}`);
  await expect(start()).rejects.toMatchObject({ kind: "in_use", message });
  expect(await ask(server.appUrl, "select 1 as n")).toEqual({ n: 1 });
});

test("a command beside a running start finds its addresses, and nothing when there is none", async () => {
  expect(await runningEmbedded(dataDir)).toBeNull();
  await mkdir(dataDir);
  expect(await runningEmbedded(dataDir)).toBeNull();
  expect(await readdir(dataDir)).toEqual([]);
  const { ownerUrl, appUrl, stop } = await start();
  expect(await runningEmbedded(dataDir)).toEqual({ ownerUrl, appUrl });
  await stop();
  expect(await runningEmbedded(dataDir)).toBeNull();
});

test("after kill -9 of the server a start recovers what was committed", async () => {
  const first = await start({ durable: true });
  await ask(first.ownerUrl, "create table public.kept as select 1 as n");
  process.kill(first.pid, "SIGKILL");
  await eventually(async () => !(await isRunning(first.pid)), 10_000);
  await first.stop();
  const second = await start({ durable: true });
  expect(second.adopted).toBe(false);
  expect(await ask(second.ownerUrl, "select n from public.kept")).toEqual({ n: 1 });
});

test("a pid file that names a zombie, or another program, does not stop a start", async () => {
  const first = await start();
  const pidFile = join(first.dataPath, "postmaster.pid");
  const lines = (await readFile(pidFile, "utf8")).split("\n");
  await first.stop();
  for (const pid of [await zombie(), process.ppid]) {
    await writeFile(pidFile, [pid, ...lines.slice(1)].join("\n"));
    const next = await start();
    expect(next.adopted).toBe(false);
    expect(await ask(next.appUrl, "select 1 as n")).toEqual({ n: 1 });
    await next.stop();
  }
});

test("a first start that was killed half-way leaves nothing the next one stumbles over", async () => {
  await mkdir(join(dataDir, "postgres.new"), { recursive: true });
  await writeFile(join(dataDir, "postgres.new", "PG_VERSION"), "18\n");
  await writeFile(join(dataDir, "start.lock"), "1 an-earlier-boot:1 x\n");
  expect(await ask((await start()).appUrl, "select 1 as n")).toEqual({ n: 1 });
});

test("data whose passwords are gone is refused and left alone", async () => {
  const first = await start();
  await first.stop();
  await rm(join(dataDir, "database.json"));
  await expect(start()).rejects.toMatchObject({ kind: "credentials_missing" });
  expect((await stat(join(first.dataPath, "PG_VERSION"))).isFile()).toBe(true);
});

test("a data directory that cannot be made is refused in one sentence", async () => {
  await writeFile(dataDir, "a file, not a folder");
  const message = expect.stringMatching(`The data directory ${dataDir} cannot be written: `);
  await expect(start()).rejects.toMatchObject({ kind: "not_writable", message });
});

async function start(options: { durable?: boolean } = {}): Promise<Embedded> {
  const server = await startEmbedded({ dataDir, durable: false, ...options });
  cleanUp.push(server.stop);
  return server;
}

/** A start in another process, which can be killed; its server is ended at the end of the test. */
async function startElsewhere(): Promise<{ child: ChildProcess; server: Embedded }> {
  const program = `
    import { startEmbedded } from ${JSON.stringify(new URL("./start-embedded.ts", import.meta.url).href)};
    console.log(JSON.stringify(await startEmbedded({ dataDir: ${JSON.stringify(dataDir)}, durable: false })));
    setInterval(() => {}, 60_000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line]: Buffer[] = await once(child.stdout, "data");
  const server: Embedded = JSON.parse(String(line));
  cleanUp.push(async () => {
    if (child.kill("SIGKILL")) await once(child, "exit");
    const { stop } = await startEmbedded({ dataDir, durable: false });
    await stop();
  });
  return { child, server };
}

/** A dead process nobody reaps: its parent became a program that does not know it has a child, and then it ended. */
async function zombie(): Promise<number> {
  const shell = spawn("/bin/sh", ["-c", "exec 3<&0; cat <&3 & echo $!; exec sleep 60"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  cleanUp.push(() => shell.kill("SIGKILL"));
  const [line]: Buffer[] = await once(shell.stdout, "data");
  const pid = Number(String(line));
  // A shell that is still a shell would reap its child.
  await eventually(async () => (await readFile(`/proc/${shell.pid}/comm`, "utf8")) === "sleep\n", 10_000);
  shell.stdin.end();
  await eventually(async () => !(await isRunning(pid)), 10_000);
  expect(await readFile(`/proc/${pid}/stat`, "utf8")).toContain(" Z ");
  return pid;
}

async function ask(url: string, query: string): Promise<unknown> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return (await sql.unsafe(query))[0];
  } finally {
    await sql.end({ timeout: 5 });
  }
}
