// A text, or a password, which nothing keeps.
import { make } from "../element.js";

export default {
  label: "Enter the value",
  options: { prompt: "string", default: "string", password: "boolean" },
  given: ([options]) => (options?.prompt ? { label: options.prompt, ...options } : options),
  make({ default: usual = "", password, remember }, { wrong }) {
    if (password && remember !== undefined) throw wrong("option `remember`", "absent: passwords are not remembered");
    const read = (value) => {
      if (typeof value !== "string") throw wrong("value", "text");
      return password ? value : value.trim();
    };
    return {
      value: read(usual),
      read,
      build(choose) {
        const field = make("input", { type: password ? "password" : "text", "aria-labelledby": "label", spellcheck: "false", autocomplete: password ? "new-password" : "off",
          input: () => choose(read(field.value)) });
        return {
          nodes: [field],
          show(value) {
            // A space at the end is kept while one types.
            if (read(field.value) !== value) field.value = value;
          },
        };
      },
    };
  },
};
