// Where data can be put. Loaded when it is first needed.
export { open } from "./uploads/open.js";
