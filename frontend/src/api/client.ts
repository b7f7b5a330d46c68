/** The typed client of the API. Every answer also tells how fresh it is, which `freshness` keeps. */
import createClient, { type Client } from "openapi-fetch";
import { parseExact } from "../kit/exact_json";
import { noteFreshness, noteReach } from "./freshness";
import { Problem } from "./problem";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
export type AsOf = Schemas["AsOf"];

const TOKEN_KEY = "allmende.session";

/** The bearer token of this tab's session; the browser keeps it until the tab is closed. */
export const session = {
  token: (): string | null => sessionStorage.getItem(TOKEN_KEY),
  keep: (token: string): void => sessionStorage.setItem(TOKEN_KEY, token),
  forget: (): void => sessionStorage.removeItem(TOKEN_KEY),
};

async function reached(request: Request): Promise<Response> {
  try {
    const response = await fetch(request);
    noteReach(true);
    return response;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    noteReach(false);
    throw new Problem("page: server gone", {}, { cause: error });
  }
}

const client = createClient<paths>({ baseUrl: location.origin, fetch: reached });

client.use({
  onRequest({ request }) {
    const token = session.token();
    if (token) request.headers.set("Authorization", `Bearer ${token}`);
    return request;
  },
});

interface Answer<T> {
  readonly data?: T | undefined;
  readonly error?: unknown;
  readonly response: Response;
}

type Method = "GET" | "POST" | "DELETE";

/** The client's method, with answers read by `parseExact`: amounts of documents go up to 2^96. */
function exactly<M extends Method>(method: M): Client<paths>[M] {
  const ask = client[method] as (path: never, init: object) => Promise<Answer<unknown>>;
  const read = async (path: never, init: object = {}): Promise<Answer<unknown>> => {
    const answer = await ask(path, { ...init, parseAs: "text" });
    if (typeof answer.data !== "string") return answer;
    try {
      return { ...answer, data: parseExact(answer.data) };
    } catch (error) {
      throw new Problem("page: server broken", { status: answer.response.status }, { cause: error });
    }
  };
  return read as Client<paths>[M];
}

export const api: Pick<Client<paths>, Method> = {
  GET: exactly("GET"),
  POST: exactly("POST"),
  DELETE: exactly("DELETE"),
};

/** The data of an answer. Throws `Problem` with the code of the server's error. */
export async function unwrap<T extends { data: unknown; as_of: AsOf }>(
  asked: Promise<Answer<T>>,
): Promise<T["data"]> {
  return (await whole(asked)).data;
}

/** The data of an answer and the block it was read at. */
export async function whole<T extends { data: unknown; as_of: AsOf }>(asked: Promise<Answer<T>>): Promise<T> {
  const answer = await asked;
  if (answer.data !== undefined) {
    noteFreshness(answer.data.as_of);
    return answer.data;
  }
  const found = answer.error as { error?: { code?: string; details?: Record<string, unknown> } } | undefined;
  const code = found?.error?.code;
  if (!code) throw new Problem("page: server broken", { status: answer.response.status });
  if (code === "session: expired" || code === "session: unknown" || code === "session: revoked")
    session.forget();
  throw new Problem(code, plain(found.error?.details));
}

function plain(details: Record<string, unknown> | undefined): Record<string, string | number> {
  const entries = Object.entries(details ?? {});
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string | number] =>
      ["string", "number"].includes(typeof entry[1]),
    ),
  );
}
