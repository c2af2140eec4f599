export * from "./index.js";

/** An anywidget that shows the Arrow IPC bytes in its model's `data` as a table. */
declare const widget: {
  initialize(): Promise<void>;
  render(context: { model: unknown; el: HTMLElement }): Promise<() => void>;
};
export default widget;
