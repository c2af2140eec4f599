// Light and dark: as the system has it, until the user chooses.

const button = document.getElementById("theme");
const dark = matchMedia("(prefers-color-scheme: dark)");
/** The user's choice; where the browser forbids storage it lasts for the visit. */
let theme;
try {
  theme = localStorage.getItem("theme");
} catch {}

function paint() {
  const is = theme ? theme === "dark" : dark.matches;
  document.documentElement.dataset.theme = is ? "dark" : "light";
  button.setAttribute("aria-pressed", is);
}

dark.addEventListener("change", paint);
button.onclick = () => {
  theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  try {
    localStorage.setItem("theme", theme);
  } catch {}
  paint();
};
paint();
