import { expect, test } from "vitest";
import { clientAddress } from "./client-address.ts";

test("without trusted proxies a forwarded address is ignored, for anybody could write it", () => {
  const address = clientAddress([]);
  expect(address("203.0.113.9", "1.1.1.1")).toBe("203.0.113.9");
  expect(address("::ffff:203.0.113.9", null)).toBe("203.0.113.9");
});

test("behind trusted proxies it is the last address that none of them is", () => {
  const address = clientAddress(["loopback", "10.0.0.0/8"]);
  expect(address("127.0.0.1", "198.51.100.7")).toBe("198.51.100.7");
  expect(address("127.0.0.1", "6.6.6.6, 198.51.100.7, 10.1.2.3")).toBe("198.51.100.7");
});

test("a trusted proxy that forwards nothing usable is itself the client", () => {
  const address = clientAddress(["loopback"]);
  expect(address("127.0.0.1", null)).toBe("127.0.0.1");
  expect(address("127.0.0.1", "not an address")).toBe("127.0.0.1");
  expect(address("127.0.0.1", "10.0.0.1, ")).toBe("127.0.0.1");
});

test("a setting that is no address is refused at the start", () => {
  expect(() => clientAddress(["proxy.example"])).toThrow(
    "proxy.example is neither an address nor a CIDR range",
  );
});
