/** All words of the page in this language, by slice; `registry.json` are the server's. */
import booking from "./booking.json";
import escrow from "./escrow.json";
import frame from "./frame.json";
import matching from "./matching.json";
import offer from "./offer.json";
import registry from "./registry.json";
import reputation from "./reputation.json";

export const page = { ...frame, ...matching, ...booking, ...offer, ...escrow, ...reputation };
export { registry };
