/**
 * A question on its way, kept in the browser: the same member asking for the same time of the same thing gives the same
 * request, in every tab and after a reload, so that the chain takes it once.
 */
import type { Hash } from "../../chain/facts";
import { isHash, isRecord, keptValue } from "../../kit/kept";

export interface Kept {
  readonly salt: Hash;
  readonly request: Hash;
}

/** `instance` tells a chain from another of the same id. Times are UTC seconds. */
export interface AskOf {
  readonly instance: string;
  readonly resource: string;
  readonly member: string;
  readonly start_s: number;
  readonly end_s: number;
}

const keyOf = ({ instance, resource, member, start_s, end_s }: AskOf): string =>
  `allmende.ask.${instance.slice(2, 18)}.${resource}.${member}.${start_s}.${end_s}`.toLowerCase();

/** What was asked before, or null. */
export function keptAsk(of: AskOf): Kept | null {
  const found = keptValue(keyOf(of));
  if (!isRecord(found)) return null;
  const { salt, request } = found;
  return isHash(salt) && isHash(request) ? { salt, request } : null;
}

export function keepAsk(of: AskOf, kept: Kept): void {
  localStorage.setItem(keyOf(of), JSON.stringify(kept));
}

/** The page of a request. */
export const pageOf = (request: string): string => `/requests/${request}`;
