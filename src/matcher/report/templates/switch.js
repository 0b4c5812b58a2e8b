"use strict";
(() => {
  const root = document.documentElement;
  const title = document.querySelector("title");
  for (const part of document.querySelectorAll("[data-needs-script]")) part.hidden = false;
  document.getElementById("switch").addEventListener("click", () => {
    root.lang = root.lang === "nl" ? "en" : "nl";
    document.title = title.dataset[root.lang];
  });
})();
