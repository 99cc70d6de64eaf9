export { ownFacilitator } from "./own-facilitator.ts";
export { payingFetch } from "./paying-fetch.ts";
export { type ServedChain, serveLocalChain } from "./serve-local-chain.ts";
export { payerWith, paymentHeader, signTransfer } from "./signed-payment.ts";
export { type LocalChain, startLocalChain } from "./start-local-chain.ts";
