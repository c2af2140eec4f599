// Query providers: what users have is query-provider.js, which loads this when the first is used.
export { Provider } from "./providers/provider.js";
