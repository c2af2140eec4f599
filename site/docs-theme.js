// The documentation has the theme of the demo, and the demo that of the documentation. They keep it under different names.
try {
  const theme = localStorage.getItem("theme");
  if (theme) localStorage.setItem("tsd-theme", theme);
  addEventListener("change", ({ target }) => {
    if (target.id !== "tsd-theme") return;
    if (target.value === "os") localStorage.removeItem("theme");
    else localStorage.setItem("theme", target.value);
  });
} catch {}
