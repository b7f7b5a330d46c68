import { encodeErrorResult } from "viem";
import { describe, expect, it } from "vitest";
import { Problem } from "../api/problem";
import { revertReason, walletProblem } from "./wallet_problem";

const ERROR = [{ type: "error", name: "Error", inputs: [{ name: "reason", type: "string" }] }] as const;
const data = encodeErrorResult({ abi: ERROR, errorName: "Error", args: ["escrow: not funded"] });

describe("what a contract refused", () => {
  it("is read from the data of the error, however deep it lies", () => {
    const deep = new Error("outer", { cause: new Error("middle", { cause: { code: 3, data } }) });
    expect(revertReason(deep)).toBe("escrow: not funded");
    expect(walletProblem(deep).code).toBe("escrow: not funded");
  });

  it("is read where a wallet wraps it once more", () => {
    expect(revertReason({ code: -32603, data: { originalError: { code: 3, data } } })).toBe(
      "escrow: not funded",
    );
  });

  it("is read from the sentence of a node that gives no data", () => {
    const error = new Error("execution reverted: bookings: not free");
    expect(revertReason(error)).toBe("bookings: not free");
  });

  it("is nothing where nothing reverted", () => {
    expect(revertReason(new Error("no connection"))).toBeNull();
  });
});

describe("what a wallet refused", () => {
  it.each([
    [4001, "page: wallet refused"],
    [4100, "page: wallet locked"],
    [4902, "page: wrong network"],
    [-32002, "page: wallet busy"],
  ])("with code %i is %s", (code, expected) => {
    expect(walletProblem(Object.assign(new Error("no"), { code })).code).toBe(expected);
  });

  it("for want of gas says so", () => {
    expect(walletProblem(new Error("insufficient funds for gas * price + value")).code).toBe("page: no gas");
  });

  it("without a known reason keeps the wallet's own", () => {
    const found = walletProblem(new Error("the dog ate it"));
    expect(found.code).toBe("page: wallet failed");
    expect(found.params.reason).toBe("the dog ate it");
  });

  it("that is a problem already stays one", () => {
    const known = new Problem("page: account switched");
    expect(walletProblem(new Error("outer", { cause: known })).code).toBe("page: account switched");
  });
});
