import { flushCompileCache } from "node:module";
import { createInterface } from "node:readline";
import { startServer } from "../compose.ts";
import type { ServerConfig } from "../env.ts";
import { createLog } from "../log.ts";

// A process of the crash test: the real server, which kills itself at the failpoint whose name it was told on its
// standard input. It says where it listens, and answers each name it is told; it stops when the input ends.
const { config, clockAheadMs }: { config: ServerConfig; clockAheadMs: number } = JSON.parse(
  process.argv[2] ?? "",
);
let armed = "";
const server = await startServer(config, {
  pagesFolder: "/nowhere",
  log: createLog("silent"),
  clock: () => new Date(Date.now() + clockAheadMs),
  failpoint: (name) => {
    if (name === armed) process.kill(process.pid, "SIGKILL");
  },
});
// What is killed cannot leave its compiled modules to the next process at its end.
flushCompileCache();
const lines = createInterface({ input: process.stdin });
lines.on("line", (name) => {
  armed = name;
  console.log(JSON.stringify({ armed }));
});
lines.on("close", () => {
  server.close().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
console.log(JSON.stringify({ url: server.url }));
