export default {
  title: "Larkfield",
  root: "src",
  theme: ["air", "near-midnight"],
  globalStylesheets: [], // by default fonts of Google
  sidebar: false,
  toc: false,
  pager: false,
  footer: "",
};
