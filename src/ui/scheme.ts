// Runs before anything is drawn: who works in the dark is not to be dazzled until the page itself is there.
// The name is the one under which the library keeps the choice.
const chosen = localStorage.getItem("mantine-color-scheme-value");
const dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
document.documentElement.dataset.mantineColorScheme = dark ? "dark" : "light";
