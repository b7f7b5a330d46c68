/** From a thing to the request for it, as soon as the chain has it. */
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { rows } from "../../chain/transactions";
import { useStore } from "../../kit/store";
import { pageOf } from "./ask";

/** To the page of the request once it is in a block, if it was sent while this page was open or is still on its way. */
export function useGoOn(request: string): void {
  const navigate = useNavigate();
  const mine = useStore(rows).find((row) => row.what === "request" && row.about === pageOf(request));
  const watched = useRef<string | null>(null);
  useEffect(() => {
    if (!mine) return;
    if (mine.state === "sent") watched.current = mine.hash;
    else if (watched.current === mine.hash && mine.block && mine.state !== "reverted")
      navigate({ to: "/requests/$request", params: { request } });
  }, [mine, request, navigate]);
}
