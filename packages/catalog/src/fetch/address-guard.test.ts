import { expect, test } from "vitest";
import { addressRange, checkAddresses } from "./address-guard.ts";

test.each([
  "10.0.0.1",
  "172.16.0.1",
  "192.168.1.1",
  "127.0.0.1",
  "0.0.0.0",
  "100.64.0.1",
  "169.254.169.254",
  "192.0.0.1",
  "192.0.2.1",
  "198.18.0.1",
  "203.0.113.5",
  "224.0.0.1",
  "240.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::ffff:10.0.0.1",
  "::ffff:1.1.1.1",
  "::127.0.0.1",
  "::7f00:1",
  "64:ff9b::7f00:1",
  "64:ff9b:1::1",
  "2002:7f00:1::",
  "2001::1",
  "2001:db8::1",
  "3fff::1",
  "fc00::1",
  "fd12:3456::1",
  "fe80::1",
  "fe80::1%eth0",
  "fec0::1",
  "ff02::1",
  "100::1",
  "4000::1",
  "not an address",
  "",
])("%s is not an address of the public internet", (address) => {
  expect(addressRange(address)).not.toBe("unicast");
  expect(checkAddresses([{ address, family: 4 }], false).ok).toBe(false);
});

test.each(["1.1.1.1", "104.18.2.115", "2606:4700::6812:273", "2a00:1450:4001::1"])(
  "%s is public",
  (address) => {
    expect(addressRange(address)).toBe("unicast");
  },
);

test("one bad address among good ones refuses them all", () => {
  const mixed = [
    { address: "1.1.1.1", family: 4 as const },
    { address: "10.0.0.1", family: 4 as const },
  ];
  expect(checkAddresses(mixed, false)).toEqual({
    ok: false,
    error: { kind: "address_refused", address: "10.0.0.1", range: "private" },
  });
});

test("allowing loopback allows nothing else", () => {
  expect(checkAddresses([{ address: "127.0.0.1", family: 4 }], true).ok).toBe(true);
  expect(checkAddresses([{ address: "::1", family: 6 }], true).ok).toBe(true);
  for (const address of ["10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "0.0.0.0"]) {
    expect(checkAddresses([{ address, family: 4 }], true).ok).toBe(false);
  }
});
