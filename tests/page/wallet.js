// A wallet as an extension would bring it: it announces itself (EIP-6963) and speaks EIP-1193. What it answers is decided
// outside the browser (`wallet.py`), by the binding `allmendeTestWallet`.
(() => {
  const listeners = new Map();
  const emit = (event, value) => {
    for (const listener of [...(listeners.get(event) ?? [])]) listener(value);
  };
  const provider = {
    async request({ method, params }) {
      const answer = await window.allmendeTestWallet({ method, params: params ?? [] });
      for (const [event, value] of answer.events ?? []) emit(event, value);
      if (answer.error) throw Object.assign(new Error(answer.error.message), answer.error);
      return answer.result;
    },
    on(event, listener) {
      listeners.set(event, [...(listeners.get(event) ?? []), listener]);
      return provider;
    },
    removeListener(event, listener) {
      const left = (listeners.get(event) ?? []).filter((one) => one !== listener);
      listeners.set(event, left);
      return provider;
    },
  };
  const icon = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'/>";
  const info = { uuid: "350670db-19fa-4704-a166-e52e178b59d2", name: "Test Wallet", icon, rdns: "example.test-wallet" };
  const detail = Object.freeze({ info: Object.freeze(info), provider });
  const announce = () => dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
  addEventListener("eip6963:requestProvider", announce);
  Object.defineProperty(window, "allmendeTestWalletEmit", { value: emit });
  announce();
})();
