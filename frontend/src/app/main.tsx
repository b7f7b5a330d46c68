/** Start: the words first, then the page, then what follows the chain. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { follow } from "../api/stream";
import { type Facts, factsQuery } from "../chain/facts";
import { followRows } from "../chain/follow_rows";
import { openRows } from "../chain/transactions";
import { lastKind, loadWallet } from "../chain/who";
import "../ui/base.css";
import { Problem } from "../api/problem";
import { catalogueOf, chosenLocale } from "../words/catalogues";
import { WordsProvider } from "../words/context";
import { makeRouter } from "./router";
import { chooseTheme, chosenTheme } from "./theme";

/** A refusal stays one; only what may be over in a moment is asked again. */
const passing = (error: unknown): boolean =>
  error instanceof Problem &&
  ["page: server gone", "page: server broken", "chain: not indexed"].includes(error.code);

const queries = new QueryClient({
  defaultOptions: { queries: { staleTime: 15_000, retry: (count, error) => passing(error) && count < 2 } },
});

async function start(): Promise<void> {
  chooseTheme(chosenTheme());
  const locale = chosenLocale();
  const catalogue = await catalogueOf(locale);
  const place = document.getElementById("app");
  if (!place) throw new Error("no #app");
  const router = makeRouter(queries);
  createRoot(place).render(
    <StrictMode>
      <WordsProvider locale={locale} catalogue={catalogue}>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </WordsProvider>
    </StrictMode>,
  );
  follow(queries);
  const facts = await firstFacts();
  openRows(facts.chain.chain_id, facts.chain.first_block_hash);
  // whatever becomes of the wallet, what was sent before is followed
  if (lastKind()) await connectAgain(facts).catch(() => {});
  followRows(facts);
}

const connectAgain = async (facts: Facts): Promise<void> => (await loadWallet(facts)).connectAgain();

/** The facts as soon as the server answers. */
async function firstFacts() {
  for (;;) {
    try {
      return await queries.ensureQueryData(factsQuery);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 2_000));
    }
  }
}

start();
