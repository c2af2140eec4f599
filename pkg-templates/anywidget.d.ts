export * from "./index.js";

/**
 * An anywidget that shows what a function of huntbook makes. Of its model it takes `kind`, the function's name (absent:
 * `"tableView"`), `data`, Arrow IPC bytes or an object of several, and `options`; `value` is what is chosen, to and fro.
 */
declare const widget: {
  initialize(): Promise<void>;
  render(context: { model: unknown; el: HTMLElement }): Promise<() => void>;
};
export default widget;
