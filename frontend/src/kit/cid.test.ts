/** The CIDs on the right are those of `backend/adapters/content_store.py`, and of IPFS. */
import { expect, test } from "vitest";
import { cidOfDigest, sha256 } from "./cid";

test.each([
  ["", "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"],
  ["hello", "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq"],
])("%j has the CID that the server gives", async (text, cid) => {
  expect(cidOfDigest(await sha256(new TextEncoder().encode(text)))).toBe(cid);
});
